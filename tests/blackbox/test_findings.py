# SPDX-License-Identifier: MIT
"""`scanreq findings` and `submit --wait --findings`: what is reported, and what is not known."""
import json

import jsonschema
import pytest

import acs3
import fake_findings
import fake_service
from conftest import KEYS
from fake_findings import (ASSETS, BASELINE, DIGEST, GROUPS, LEAF, MALICIOUS, RECORDS, SENSITIVE,
                           TASK_ID, UUID, vulnerability)
from fake_service import Refusal

USAGE, DENIED, UNAVAILABLE = 2, 4, 5
CATEGORIES = {"system": GROUPS, "application": GROUPS, "baseline": BASELINE,
              "malicious": MALICIOUS, "sensitive": SENSITIVE}
PARAMETERS = ("--namespace", "shop", "--repo-name", "web", "--tag", "1.4.2",
              "--digest", DIGEST)
HOSTILE = "\x1b[2J\u202e\r\n::error::<script>|`$(id)"

# What the standard (SARIF 2.1.0, sections 3.13 to 3.54) and GitHub require of a log; written
# from the texts, since no package carries the schema.
TEXT = {"type": "object", "required": ["text"], "properties": {
    "text": {"type": "string", "minLength": 1}}}
SARIF = {
    "type": "object", "required": ["$schema", "version", "runs"],
    "additionalProperties": False,
    "properties": {"$schema": {"type": "string"}, "version": {"const": "2.1.0"}, "runs": {
        "type": "array", "items": {
            "type": "object", "required": ["tool", "results"], "additionalProperties": False,
            "properties": {
                "tool": {"type": "object", "required": ["driver"], "properties": {
                    "driver": {"type": "object", "required": ["name", "rules"], "properties": {
                        "name": {"const": "scanreq"}, "rules": {
                            "type": "array", "uniqueItems": True, "items": {
                                "type": "object",
                                "required": ["id", "shortDescription", "fullDescription",
                                             "help"],
                                "additionalProperties": False,
                                "properties": {"id": {"type": "string", "minLength": 1},
                                               "shortDescription": TEXT,
                                               "fullDescription": TEXT, "help": TEXT}}}}}}},
                "automationDetails": {"type": "object", "required": ["id"]},
                "invocations": {"type": "array", "items": {
                    "type": "object", "required": ["executionSuccessful"],
                    "additionalProperties": False,
                    "properties": {
                        "executionSuccessful": {"type": "boolean"},
                        "toolExecutionNotifications": {"type": "array", "items": {
                            "type": "object", "required": ["message"],
                            "properties": {"message": TEXT}}}}}},
                "results": {"type": "array", "items": {
                    "type": "object", "required": ["ruleId", "level", "message", "locations"],
                    "additionalProperties": False,
                    "properties": {
                        "ruleId": {"type": "string"},
                        "level": {"enum": ["none", "note", "warning", "error"]},
                        "message": TEXT,
                        "locations": {"type": "array", "minItems": 1, "items": {
                            "type": "object", "required": ["physicalLocation"], "properties": {
                                "physicalLocation": {
                                    "required": ["artifactLocation", "region"],
                                    "properties": {
                                        "artifactLocation": {"required": ["uri"], "properties": {
                                            "uri": {"type": "string",
                                                    "pattern": "^[A-Za-z0-9._~%/-]+$"}}},
                                        "region": {"required": ["startLine"], "properties": {
                                            "startLine": {"const": 1}}}}}}}}}}},
            }}}}}

# What version 15.0.2 of GitLab's schema requires, written from it.
TOOL = {"type": "object", "required": ["id", "name", "version", "vendor"], "properties": {
    "vendor": {"type": "object", "required": ["name"]}}}
GITLAB = {
    "type": "object", "required": ["scan", "version", "vulnerabilities"],
    "properties": {
        "version": {"const": "15.0.2"},
        "scan": {
            "type": "object",
            "required": ["analyzer", "end_time", "scanner", "start_time", "status", "type"],
            "properties": {
                "analyzer": TOOL, "scanner": TOOL, "type": {"const": "container_scanning"},
                "start_time": {"pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$"},
                "end_time": {"pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$"},
                "status": {"enum": ["success", "failure"]}}},
        "vulnerabilities": {"type": "array", "items": {
            "type": "object", "required": ["id", "identifiers", "location"],
            "properties": {
                "id": {"type": "string", "minLength": 1},
                "name": {"type": "string", "maxLength": 255},
                "severity": {"enum": ["Info", "Unknown", "Low", "Medium", "High", "Critical"]},
                "solution": {"type": "string", "maxLength": 7000},
                "identifiers": {"type": "array", "minItems": 1, "items": {
                    "required": ["type", "name", "value"], "properties": {
                        "name": {"minLength": 1}, "value": {"minLength": 1}}}},
                "location": {
                    "required": ["dependency", "operating_system", "image"], "properties": {
                        "operating_system": {"type": "string", "minLength": 1},
                        "image": {"type": "string", "minLength": 1},
                        "dependency": {
                            "required": ["package", "version"], "properties": {
                                "package": {"required": ["name"], "properties": {
                                    "name": {"type": "string"}}},
                                "version": {"type": "string"}}}}}}}}}}


@pytest.fixture
def service():
    with fake_findings.Service() as fake:
        yield fake


@pytest.fixture
def call(scanreq, service):
    keyed = scanreq.with_env(**KEYS)

    def run(command, *args, **kwargs):
        return keyed(command, "--region", "cn-hangzhou", "--endpoint", service.url, *args,
                     **kwargs)
    return run


@pytest.fixture
def findings(call):
    return lambda *args, **kwargs: call("findings", "--uuid", UUID, "--task-id", TASK_ID,
                                        DIGEST, *args, **kwargs)


def report(service):
    """Something of every category."""
    service.report(vulnerability("CVE-2019-9893"), vulnerability("CVE-2019-1", "later"),
                   vulnerability("CVE-2019-2", "nntf"), vulnerability("CVE-2019-3", "tomorrow"),
                   vulnerability("CVE-2021-44228", "asap", "sca"))
    service.baseline.append({"BaselineNameKey": "weak_password", "BaselineNameLevel": "high",
                             "Status": 0})
    service.malicious.append({"MaliciousName": "miner", "MaliciousMd5": "0" * 32,
                              "Level": "serious", "Status": 0})
    service.sensitive.append({"SensitiveFileKey": "ssh_key", "RiskLevel": "medium", "Count": 1,
                              "Status": 0, "Promt": "-----BEGIN SECRET KEY-----"})


def test_counts_in_the_words_of_the_service(findings, service):
    report(service)
    done = findings().ok()
    assert "4 vulnerabilities reported: 1 asap, 1 later, 1 nntf, 1 unclassified" in done.out
    assert "1 vulnerability reported: 1 asap" in done.out
    assert "last scan      2024-06-03T16:01:38Z" in done.out
    for category in CATEGORIES:
        assert f"\n{category} " in done.out
    assert {r.verdict for r in service.requests} == {"OK"}
    assert service.count(RECORDS) == 0


def test_zero_is_nothing_reported(findings):
    done = findings().ok()
    assert "0 vulnerabilities reported" in done.out and "does not mean clean" in done.out
    assert "safe" not in done.out and "secure" not in done.out


def test_json(findings, service):
    report(service)
    said = findings("-o", "json").ok().result["findings"]
    assert said["counts"]["system"] == {"total": 4, "asap": 1, "later": 1, "nntf": 1,
                                        "unclassified": 1, "why_unknown": None}
    assert {c: said["counts"][c]["total"] for c in CATEGORIES} == {
        "system": 4, "application": 1, "baseline": 1, "malicious": 1, "sensitive": 1}
    assert said["task_status"] == "SUCCESS" and said["asset_uuid"] == UUID
    assert said["list"] == [] and said["gate"] is None


def test_list_names_packages(findings, service):
    report(service)
    said = findings("--list", "-o", "json").ok().result["findings"]
    assert len(said["list"]) == 8
    (one,) = [f for f in said["list"] if f["cve"] == "CVE-2019-9893"]
    assert one == {"category": "system", "name": "debian:10:CVE-2019-9893",
                   "alias": "about CVE-2019-9893", "cve": "CVE-2019-9893", "necessity": "asap",
                   "level": None, "package": "libseccomp2", "version": "2.3.3-4",
                   "fix": "apt-get install libseccomp2", "layer": "layer-1",
                   "path": "/usr/lib/x86_64-linux-gnu", "status": "1", "md5": None,
                   "os": "debian 10"}
    (one,) = [f for f in said["list"] if f["category"] == "malicious"]
    assert (one["name"], one["level"], one["md5"]) == ("miner", "serious", "0" * 32)
    table = findings("--list").ok().out
    assert "CVE-2019-9893" in table and "\tlibseccomp2\t2.3.3-4\t" in table


def test_secrets_in_files_are_not_shown(findings, service):
    report(service)
    for form in ("text", "json", "sarif", "gitlab"):
        assert "SECRET KEY" not in findings("--list", "-o", form).ok().out


def test_pages_are_read_to_the_end(findings, service):
    service.report(*(vulnerability(f"CVE-2020-{i}", "later") for i in range(45)))
    said = findings("--list", "-o", "json").ok().result["findings"]
    assert len({f["cve"] for f in said["list"]}) == 45 and said["list_incomplete"] is None
    assert service.count(RECORDS) == 3


def test_pages_that_end_early_are_said(findings, service):
    service.report(*(vulnerability(f"CVE-2020-{i}") for i in range(45)))
    service.script[RECORDS] = [None, fake_service.json_answer(200, {
        "VulRecords": [], "CurrentPage": 2, "PageSize": 20, "TotalCount": 45})]
    said = findings("--list", "-o", "json").ok().result["findings"]
    assert len(said["list"]) == 20 and "not have as many rows" in said["list_incomplete"]
    service.script[RECORDS] = [None, fake_service.json_answer(200, {
        "VulRecords": [], "CurrentPage": 2, "PageSize": 20, "TotalCount": 45})]
    assert "not have as many rows" in findings("--list").ok().out


@pytest.mark.parametrize("category", CATEGORIES)
def test_refused_permission_names_the_action(findings, service, category):
    report(service)
    action = CATEGORIES[category]
    service.refused[action] = Refusal(403, "NoPermission", "caller has no permission")
    said = findings("-o", "json").ok().result["findings"]
    assert said["counts"][category]["total"] is None
    assert f"yundun-sas:{action}" in said["counts"][category]["why_unknown"]
    others = {c for c, a in CATEGORIES.items() if a != action}
    assert all(said["counts"][c]["total"] is not None for c in others)
    assert f"grant the RAM user or role yundun-sas:{action}" in findings().ok().out


def test_nothing_can_be_read(findings, service):
    for action in set(CATEGORIES.values()):
        service.refused[action] = Refusal(403, "NoPermission", "caller has no permission")
    done = findings("-o", "json")
    assert done.status == DENIED
    assert done.result["error"]["code"] == "permission-missing"


@pytest.mark.parametrize("answer, part", [
    ({}, "no TotalCount"), ({"TotalCount": "7", "GroupedVulItems": []}, "TotalCount"),
    ({"TotalCount": -1, "GroupedVulItems": []}, "TotalCount"),
    ({"TotalCount": 1.5, "GroupedVulItems": []}, "TotalCount"),
    ({"TotalCount": 1, "CurrentPage": 2, "GroupedVulItems": []}, "another page"),
    ({"TotalCount": 0, "GroupedVulItems": {}}, "GroupedVulItems"),
    ({"Success": False, "Code": "ServerError", "TotalCount": 0}, "ServerError")])
def test_counts_are_explicit_or_unknown(findings, service, answer, part):
    service.script[GROUPS] = [fake_service.json_answer(200, answer)]
    said = findings("-o", "json").ok().result["findings"]["counts"]["system"]
    assert said["total"] is None and part in said["why_unknown"]


def test_counts_that_contradict_each_other(findings, service):
    service.script[GROUPS] = [
        fake_service.json_answer(200, {"TotalCount": n, "GroupedVulItems": []}) for n in (1, 2)]
    said = findings("-o", "json").ok().result["findings"]["counts"]["system"]
    assert "contradict" in said["why_unknown"]


def test_asset_by_digest_without_a_uuid(call, service):
    """Baseline and sensitive files are asked by the Uuid of the only asset."""
    report(service)
    said = call("findings", DIGEST, "-o", "json").ok().result["findings"]
    assert said["counts"]["sensitive"]["total"] == 1 and said["asset_uuid"] == UUID
    service.assets.append(fake_findings.asset(Uuid="other"))
    said = call("findings", DIGEST, "-o", "json").ok().result["findings"]
    assert "Uuid is unknown" in said["counts"]["sensitive"]["why_unknown"]
    assert "several assets" in said["asset_unknown"]


def test_task_by_its_id(findings, service):
    findings().ok()
    (leaf,) = [r for r in service.requests if r.value("x-acs-action") == LEAF]
    assert dict(acs3.split_query(leaf.query))["TaskId"] == TASK_ID
    assert not service.reads()
    service.refused[LEAF] = Refusal(403, "NoPermission", "caller has no permission")
    said = findings("-o", "json").ok().result["findings"]
    assert said["task_status"] == "SUCCESS" and len(service.reads()) == 1


def test_texts_are_escaped(findings, service):
    service.report(vulnerability("CVE-1", record={"AliasName": HOSTILE, "Related": HOSTILE}))
    service.malicious.append({"MaliciousName": HOSTILE, "Level": HOSTILE, "Status": 0})
    out = findings("--list").ok().out
    assert "\x1b" not in out and "\u202e" not in out and "\r" not in out
    assert not any(line.startswith("::") for line in out.splitlines())
    for form, schema in (("sarif", SARIF), ("gitlab", GITLAB)):
        out = findings("-o", form).ok().out
        assert "\x1b" not in out and "\u202e" not in out
        jsonschema.Draft202012Validator(schema).validate(json.loads(out))


def test_sarif(findings, service):
    report(service)
    log = json.loads(findings("-o", "sarif").ok().out)
    jsonschema.Draft202012Validator(SARIF).validate(log)
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(set(rules)) == len(rules) == len(run["results"]) == 8
    levels = {r["ruleId"]: r["level"] for r in run["results"]}
    assert levels["CVE-2019-9893"] == "error" and levels["CVE-2019-1"] == "warning"
    assert levels["CVE-2019-2"] == "note" and levels["CVE-2019-3"] == "error"
    assert levels["ssh_key"] == "warning"
    assert run["invocations"] == [{"executionSuccessful": True,
                                   "toolExecutionNotifications": []}]
    assert run["automationDetails"]["id"] == f"scanreq/{DIGEST}/"


def test_sarif_says_what_is_missing(findings, service):
    service.refused[MALICIOUS] = Refusal(403, "NoPermission", "caller has no permission")
    log = json.loads(findings("-o", "sarif").ok().out)
    jsonschema.Draft202012Validator(SARIF).validate(log)
    (invocation,) = log["runs"][0]["invocations"]
    assert invocation["executionSuccessful"] is False
    (told, gap) = invocation["toolExecutionNotifications"]
    assert MALICIOUS in told["message"]["text"] and MALICIOUS in gap["message"]["text"]


def test_gitlab_report(findings, service):
    report(service)
    log = json.loads(findings("-o", "gitlab").ok().out)
    jsonschema.Draft202012Validator(GITLAB).validate(log)
    assert log["scan"]["status"] == "success"
    said = {v["identifiers"][0]["value"]: v for v in log["vulnerabilities"]}
    assert len(said) == 5
    assert said["CVE-2019-9893"]["severity"] == "High"
    assert said["CVE-2019-3"]["severity"] == "Unknown"
    assert said["CVE-2019-9893"]["location"] == {
        "dependency": {"package": {"name": "libseccomp2"}, "version": "2.3.3-4"},
        "operating_system": "debian 10", "image": DIGEST}
    service.refused[GROUPS] = Refusal(403, "NoPermission", "caller has no permission")
    assert json.loads(findings("-o", "gitlab").ok().out)["scan"]["status"] == "failure"


def test_submit_with_findings(call, service):
    report(service)
    done = call("submit", "--wait", "--findings", "--poll", "1ms", *PARAMETERS).ok()
    assert "accepted" in done.out and "4 vulnerabilities reported" in done.out
    assert "no verdict on the image" in done.out
    said = call("submit", "--wait", "--findings", "--list", "--poll", "1ms", *PARAMETERS, "-o",
                "json").ok().result
    assert said["submission"]["status"] == "accepted" and len(said["findings"]["list"]) == 8
    assert said["findings"]["task_id"] == TASK_ID


@pytest.mark.parametrize("args, words", [
    (("submit", "--findings"), ["--wait"]), (("submit", "--fail-on", "any"), ["--findings"]),
    (("submit", "--list"), ["--findings"]), (("submit", "-o", "sarif"), ["--findings"]),
    (("findings", "--fail-on", "bad"), ["--fail-on", '"bad"']),
    (("findings", "--fail-on", "any,"), ["--fail-on"]),
    (("findings", "--no-verdict", "maybe"), ["--no-verdict"])])
def test_usage(call, service, args, words):
    image = PARAMETERS if args[0] == "submit" else (DIGEST,)
    call(*args, *image).fails(USAGE, *words)
    assert not service.requests
    call("findings").fails(USAGE, "one IMAGE")


def test_image_in_place_of_a_digest(call, service, registry):
    done = call("findings", f"{registry}/ns/oci:1", "-o", "json",
                "--plain-http", registry)
    assert done.status == 0 and done.result["findings"]["digest"] in done.result[
        "manifest_digest"]
    assert not service.submissions()


def test_service_that_is_down(findings, service):
    for action in set(CATEGORIES.values()) | {ASSETS, LEAF}:
        service.refused[action] = Refusal(503, "ServiceUnavailable", "later")
    assert findings().status == UNAVAILABLE
