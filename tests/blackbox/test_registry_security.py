# SPDX-License-Identifier: MIT
"""What went wrong in other registry clients, each as a test that a naive client fails.

docs/registries.md has the table: what happened, what follows, and which test holds it.
"""
import json

import pytest

import oci_image
import registries
from scripted_registry import (Step, authfile, basic, blob, config_path, manifest,
                               manifest_path, move, refuse, say, scope, token)
import wire

USAGE, IMAGE, DENIED, UNAVAILABLE, MISMATCH = 2, 3, 4, 5, 7
USER, SECRET = "builder", "correct-horse-battery"
MINE = basic(USER, SECRET)
FOREIGN_LAYER = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"


@pytest.fixture
def image():
    return oci_image.make_image()


@pytest.fixture
def registry_origin(play):
    return play.origin("https://registry.test")


@pytest.fixture
def login(tmp_path):
    """Options with a login at registry.test alone."""
    return "--authfile", authfile(tmp_path / "auth.json", **{"registry.test": (USER, SECRET)})


def changed(image, change):
    """The image's manifest with something else in it."""
    document = json.loads(image.manifest)
    change(document)
    return oci_image.to_json(document)


def bearer_challenge(realm="https://auth.test/token"):
    return f'Bearer realm="{realm}",service="r"'


# --- links of a manifest, and of headers ---------------------------------------------------

def test_urls_of_a_foreign_layer_are_not_asked(play, image, registry_origin, login):
    play.origin("https://other.test")

    def foreign(document):
        document["layers"][0].update(mediaType=FOREIGN_LAYER,
                                     urls=["https://other.test/layer", "http://127.0.0.1:1/"])
    data = changed(image, foreign)
    play.inspect(*login, "registry.test/ns/app:1", steps=[
        Step(registry_origin, manifest_path(image), refuse('Basic realm="r"')),
        Step(registry_origin, manifest_path(image), manifest(data), MINE),
        Step(registry_origin, config_path(image), blob(image.config), MINE)]).ok()


@pytest.mark.parametrize("field", ["Link", "Location"])
def test_links_in_headers_are_not_followed(play, image, registry_origin, field):
    play.origin("https://other.test")
    value = "<https://other.test/v2/>; rel=\"next\"" if field == "Link" else \
        "https://other.test/v2/"
    play.inspect("registry.test/ns/app:1", steps=[
        Step(registry_origin, manifest_path(image), manifest(image, **{field: value})),
        Step(registry_origin, config_path(image), blob(image.config))]).ok()


def test_an_accepted_upload_is_no_image(play, image, registry_origin):
    play.origin("https://other.test")
    play.inspect("registry.test/ns/app:1", steps=[
        Step(registry_origin, manifest_path(image),
             say(202, Location="https://other.test/v2/upload"))]).fails(IMAGE, "202")


# --- documents that are two things at once -------------------------------------------------

def both(image):
    return changed(image, lambda d: d.update(manifests=[image.describe(
        platform={"os": "linux", "architecture": "amd64"})]))


AMBIGUOUS = {
    "manifest with manifests": (both, oci_image.OCI_MANIFEST),
    "manifest with Manifests": (
        lambda i: both(i).replace(b'"manifests"', b'"Manifests"'), oci_image.OCI_MANIFEST),
    "manifest with fsLayers": (
        lambda i: changed(i, lambda d: d.update(fsLayers=[])), oci_image.OCI_MANIFEST),
    "manifest with history": (
        lambda i: changed(i, lambda d: d.update(history=[])), oci_image.OCI_MANIFEST),
    "manifest sent as an index": (lambda i: i.manifest, oci_image.OCI_INDEX),
    "manifest that says it is an index": (
        lambda i: changed(i, lambda d: d.update(mediaType=oci_image.OCI_INDEX)),
        oci_image.OCI_INDEX),
    "manifest of the other family": (lambda i: i.manifest, oci_image.DOCKER_MANIFEST),
    "member twice": (
        lambda i: i.manifest[:-1] + b',"layers":[]}', oci_image.OCI_MANIFEST),
    "index with layers": (
        lambda i: oci_image.to_json({**json.loads(oci_image.make_index().index),
                                     "layers": []}), oci_image.OCI_INDEX),
}


@pytest.mark.parametrize("kind", AMBIGUOUS)
def test_ambiguous_documents_are_refused(play, image, registry_origin, kind):
    make, media_type = AMBIGUOUS[kind]
    done = play.inspect("registry.test/ns/app:1", steps=[
        Step(registry_origin, manifest_path(image), manifest(make(image), media_type))])
    assert done.status in (IMAGE, MISMATCH), done.stderr
    assert done.stdout == b""


# --- sizes -----------------------------------------------------------------------------------

def endless(content_type, start=b""):
    return wire.Answer(200, start + b" " * 65536, (), content_type, endless=True)


# Over the caps of 4 MiB there is what kernel and TLS hold on the way.
TAKEN_AT_MOST = 24 << 20


@pytest.mark.parametrize("what", ["manifest", "config", "token", "error"])
def test_endless_bodies_are_cut(play, image, registry_origin, what):
    auth = play.origin("https://auth.test")
    path = manifest_path(image)
    steps = {
        "manifest": [Step(registry_origin, path, endless(oci_image.OCI_MANIFEST))],
        "config": [Step(registry_origin, path, manifest(image)),
                   Step(registry_origin, config_path(image),
                        endless("application/octet-stream"))],
        "token": [Step(registry_origin, path, refuse(bearer_challenge())),
                  Step(auth, f"/token?service=r&{scope()}", endless("application/json"))],
        "error": [Step(registry_origin, path,
                       wire.Answer(403, b" " * 65536, endless=True))],
    }[what]
    done = play.inspect("registry.test/ns/app:1", steps=steps)
    assert done.status in (IMAGE, DENIED, UNAVAILABLE, MISMATCH), done.stderr
    assert 0 < registry_origin.poured + auth.poured < TAKEN_AT_MOST


def test_compressed_answers_are_neither_asked_for_nor_unpacked(play, image, registry_origin):
    """A few KiB of gzip could become gigabytes."""
    packed = wire.Answer(200, oci_image.gzip.compress(image.manifest),
                         (("Content-Encoding", "gzip"),), oci_image.OCI_MANIFEST)
    play.inspect("registry.test/ns/app:1", steps=[
        Step(registry_origin, manifest_path(image), packed)]).fails(IMAGE)
    ((_, request),) = play.requests
    assert request.value("accept-encoding", "identity") == "identity"


# --- digests -----------------------------------------------------------------------------------

BAD_DIGESTS = [
    ("config", "sha256:../../../../other/manifests/1"), ("config", "sha256:" + "g" * 64),
    ("config", "sha256:" + "a" * 64 + "?x=y"), ("config", "md5:d41d8cd98f00b204e9800998ecf8427e"),
    ("layers", "sha256:../x"), ("layers", "sha256:" + "A" * 64),
    ("index", "../x"), ("index", "sha256:" + "a" * 64 + "/.."),
]


@pytest.mark.parametrize("where, digest", BAD_DIGESTS)
def test_digest_is_checked_before_it_is_asked_for(play, image, registry_origin, where, digest):
    def spoil(document):
        if where == "config":
            document["config"]["digest"] = digest
        elif where == "layers":
            document["layers"][0]["digest"] = digest
        else:
            document["manifests"][0]["digest"] = digest
    if where == "index":
        document = json.loads(oci_image.make_index(platforms=("linux/amd64",)).index)
        spoil(document)
        answer = manifest(oci_image.to_json(document), oci_image.OCI_INDEX)
    else:
        answer = manifest(changed(image, spoil))
    done = play.inspect("registry.test/ns/app:1",
                        steps=[Step(registry_origin, manifest_path(image), answer)])
    assert done.status in (IMAGE, MISMATCH), done.stderr


@pytest.mark.parametrize("header", ["sha256:../../x", "x" * 9000])
def test_malformed_digest_header_names_nothing(play, image, registry_origin, header):
    result = play.run("inspect", "-o", "json", "registry.test/ns/app:1", steps=[
        Step(registry_origin, manifest_path(image),
             manifest(image, Docker_Content_Digest=header)),
        Step(registry_origin, config_path(image), blob(image.config))]).ok().result
    assert result["manifest_digest"] == image.digest


@pytest.mark.parametrize("header", [oci_image.sha256(b"other"), "sha512:" + "a" * 128])
def test_digest_header_is_compared_never_believed(play, image, registry_origin, header):
    play.inspect("registry.test/ns/app:1", steps=[
        Step(registry_origin, manifest_path(image),
             manifest(image, Docker_Content_Digest=header))]).fails(MISMATCH, header[:20])


def test_digest_of_the_reference_is_computed(play, image, registry_origin):
    """The header agrees with the reference; the bytes do not."""
    other = oci_image.make_image("other")
    play.inspect(f"registry.test/ns/app@{image.digest}", steps=[
        Step(registry_origin, manifest_path(image, reference=None),
             manifest(other, Docker_Content_Digest=image.digest))]).fails(MISMATCH,
                                                                          image.digest)


@pytest.mark.parametrize("host, repository", [("registry.test", "ns/new"),
                                              ("other.test", "ns/app")])
def test_each_registry_is_asked_for_what_it_names(play, image, registry_origin, host,
                                                  repository):
    """That one registry has a digest says nothing of another, nor of another repository."""
    other = play.origin("https://other.test")
    asked = other if host == "other.test" else registry_origin
    gone = say(404, b'{"errors":[{"code":"MANIFEST_UNKNOWN","message":"no"}]}')
    names = [f"registry.test/ns/app@{image.digest}", f"{host}/{repository}@{image.digest}"]
    done = play.inspect("-o", "json", *names, steps=[
        Step(registry_origin, manifest_path(image, reference=None), manifest(image)),
        Step(registry_origin, config_path(image), blob(image.config)),
        Step(asked, manifest_path(image, repository, None), gone)])
    classes = [r["error"] and r["error"]["class"] for r in done.document["results"]]
    assert classes == [None, "not_found"]


# --- where a login goes ------------------------------------------------------------------------

AWAY = {
    "other host": "https://cdn.test",
    "other port": "https://registry.test:8443",
}


@pytest.mark.parametrize("where", ["other host", "other port"])
@pytest.mark.parametrize("what", ["blob", "manifest"])
def test_no_login_after_the_origin_changed(play, image, registry_origin, login, where, what):
    """The store also asks for a login, and is given none."""
    away = play.origin(AWAY[where])
    start = [Step(registry_origin, manifest_path(image), refuse('Basic realm="r"'))]
    if what == "blob":
        start += [Step(registry_origin, manifest_path(image), manifest(image), MINE),
                  Step(registry_origin, config_path(image), move(f"{away.url}/x?sig=1"), MINE)]
    else:
        start += [Step(registry_origin, manifest_path(image), move(f"{away.url}/x?sig=1"),
                       MINE)]
    ask = [Step(away, "/x?sig=1", refuse('Basic realm="r"', bearer_challenge()))]
    play.inspect(*login, "registry.test/ns/app:1", steps=start + ask).fails(DENIED, "HTTP 401")
    if what == "blob":
        good = [Step(away, "/x?sig=1", blob(image.config))]
        play.inspect(*login, "registry.test/ns/app:1", steps=start + good).ok()


def test_no_login_on_the_way_back(play, image, registry_origin, login):
    """Once away, a request stays without a login even where it began."""
    cdn = play.origin("https://cdn.test")
    play.inspect(*login, "registry.test/ns/app:1", steps=[
        Step(registry_origin, manifest_path(image), refuse('Basic realm="r"')),
        Step(registry_origin, manifest_path(image), manifest(image), MINE),
        Step(registry_origin, config_path(image), move("https://cdn.test/x"), MINE),
        Step(cdn, "/x", move(f"https://registry.test{config_path(image)}")),
        Step(registry_origin, config_path(image), refuse('Basic realm="r"')),
    ]).fails(DENIED, "HTTP 401")


def test_login_stays_within_the_origin(play, image, registry_origin, login):
    """A redirect to another path of the same origin keeps it: some registries need that."""
    play.inspect(*login, "registry.test/ns/app:1", steps=[
        Step(registry_origin, manifest_path(image), refuse('Basic realm="r"')),
        Step(registry_origin, manifest_path(image), manifest(image), MINE),
        Step(registry_origin, config_path(image), move("/store/x"), MINE),
        Step(registry_origin, "/store/x", blob(image.config), MINE)]).ok()


@pytest.mark.parametrize("target", [
    "http://registry.test/x", "https://127.0.0.1/x", "https://localhost/x",
    "https://169.254.169.254/latest", "https://0.0.0.0/x", "file:///etc/passwd",
    "https://u:p@cdn.test/x",
])
def test_redirects_that_weaken_are_not_followed(play, image, registry_origin, target):
    for url in ("http://registry.test", "https://cdn.test", "https://127.0.0.1",
                "https://localhost", "https://169.254.169.254", "https://0.0.0.0"):
        play.origin(url)
    play.inspect("registry.test/ns/app:1", steps=[
        Step(registry_origin, manifest_path(image), move(target))]).fails(IMAGE, "registry.test")


def test_redirects_end(play, image, registry_origin):
    path = manifest_path(image)
    play.inspect("registry.test/ns/app:1", steps=[
        Step(registry_origin, path, move(path)) for _ in range(11)]).fails(IMAGE, "10 times")


LOCAL = ("http://auth.test", "https://127.0.0.1", "http://127.0.0.1", "https://localhost",
         "https://169.254.169.254", "http://169.254.169.254", "https://0.0.0.0")
REALMS = ["http://auth.test/token", "https://127.0.0.1/token", "http://127.0.0.1/token",
          "https://localhost/token", "http://169.254.169.254/latest/meta-data",
          "https://169.254.169.254/latest", "https://0.0.0.0/token",
          "https://[::ffff:127.0.0.1]/token", "https://2130706433/token",
          "https://10.1.2.3/token", "https://172.16.0.1/token", "https://192.168.1.1/token",
          "https://[fd00::1]/token",
          "file:///etc/passwd", "https://u:p@auth.test/token"]


@pytest.mark.parametrize("realm", REALMS)
def test_forged_realms_are_not_asked(play, image, registry_origin, login, realm):
    for url in LOCAL:
        play.origin(url)
    play.inspect(*login, "registry.test/ns/app:1", steps=[
        Step(registry_origin, manifest_path(image), refuse(bearer_challenge(realm)))]).fails(
            DENIED, "realm")


def test_token_server_that_redirects_gets_no_login_elsewhere(play, image, registry_origin,
                                                            login):
    auth = play.origin("https://auth.test")
    play.origin("https://cdn.test")
    ask = f"/token?account={USER}&service=r&{scope()}"
    play.inspect(*login, "registry.test/ns/app:1", steps=[
        Step(registry_origin, manifest_path(image), refuse(bearer_challenge())),
        Step(auth, ask, move("https://cdn.test/token"), MINE)]).fails(DENIED, "cdn.test")


def test_bearer_without_a_realm_is_not_answered(play, image, registry_origin, login):
    play.inspect(*login, "registry.test/ns/app:1", steps=[
        Step(registry_origin, manifest_path(image), refuse('Bearer service="r"'))]).fails(
            DENIED, "realm")


def test_token_of_one_registry_is_not_shown_to_another(play, image, registry_origin):
    other, auth = play.origin("https://other.test"), play.origin("https://auth.test")
    path, challenge = manifest_path(image), refuse(bearer_challenge())
    ask = f"/token?service=r&{scope()}"
    play.inspect("-o", "json", "registry.test/ns/app:1", "other.test/ns/app:1", steps=[
        Step(registry_origin, path, challenge),
        Step(auth, ask, token("one")),
        Step(registry_origin, path, manifest(image), "Bearer one"),
        Step(registry_origin, config_path(image), blob(image.config), "Bearer one"),
        Step(other, path, challenge),
        Step(auth, ask, token("two")),
        Step(other, path, manifest(image), "Bearer two"),
        Step(other, config_path(image), blob(image.config), "Bearer two")]).ok()


@pytest.mark.parametrize("text", ["{", '{"auths":{"registry.test":{"auth":"!"}}}'])
def test_unreadable_credentials_reach_nobody(play, image, registry_origin, text):
    """Whatever is done about the file, nothing of it or of a flag goes to another host."""
    play.origin("https://registry-1.docker.io")
    folder = play.program.home / ".docker"
    folder.mkdir()
    (folder / "config.json").write_text(text)
    refusal = Step(registry_origin, manifest_path(image), refuse('Basic realm="r"'))
    play.inspect("registry.test/ns/app:1", steps=[refusal]).fails(USAGE, "config.json")
    play.inspect("--username", USER, "--password-stdin", "registry.test/ns/app:1",
                 stdin=SECRET.encode(), steps=[
                     refusal,
                     Step(registry_origin, manifest_path(image), manifest(image), MINE),
                     Step(registry_origin, config_path(image), blob(image.config), MINE)]).ok()


# --- TLS, and what is shown ----------------------------------------------------------------------

def test_plain_http_does_not_trust_any_certificate(play, image, registry_origin):
    """Two switches: http for one host leaves the others verified, and https never falls."""
    play.origin("http://registry.test")
    no_authority = {"SCANREQ_CA_FILE": ""}
    play.inspect("-q", "--plain-http", "other.test", "registry.test/ns/app:1", steps=[],
                 env=no_authority, reached=True).fails(USAGE, "registry.test", "--ca-file")


def test_nothing_secret_at_any_level(play, image, registry_origin, login):
    auth, cdn = play.origin("https://auth.test"), play.origin("https://cdn.test")
    secret_token = "eyJhbGciOi.J9.c2VjcmV0"
    done = play.inspect("-v", "-v", *login, "registry.test/ns/app:1", steps=[
        Step(registry_origin, manifest_path(image), refuse(bearer_challenge())),
        Step(auth, f"/token?account={USER}&service=r&{scope()}", token(secret_token), MINE),
        Step(registry_origin, manifest_path(image), manifest(image), f"Bearer {secret_token}"),
        Step(registry_origin, config_path(image),
             move("https://cdn.test/x?X-Amz-Signature=c0ffee"), f"Bearer {secret_token}"),
        Step(cdn, "/x?X-Amz-Signature=c0ffee", blob(image.config))]).ok()
    assert "https://cdn.test/x" in done.stderr
    for secret in (SECRET, MINE.removeprefix("Basic "), secret_token, "c0ffee"):
        assert secret not in done.stderr


def test_secrets_that_a_server_repeats_are_masked(play, image, registry_origin, login):
    said = f"who are you, {USER}:{SECRET}? {MINE}"
    body = oci_image.to_json({"errors": [{"code": "DENIED", "message": said}]})
    done = play.inspect("-v", "-v", *login, "registry.test/ns/app:1", steps=[
        Step(registry_origin, manifest_path(image), refuse('Basic realm="r"')),
        Step(registry_origin, manifest_path(image), say(403, body), MINE)])
    assert done.status == DENIED and "who are you" in done.stderr
    assert SECRET not in done.stderr and MINE.removeprefix("Basic ") not in done.stderr
