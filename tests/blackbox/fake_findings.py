# SPDX-License-Identifier: MIT
"""The strict fake with findings: the query operations that `scanreq findings` uses.

Each takes its documented parameters in the query, refuses all others, and pages. `refused`
takes permissions away one by one; `script` plays whole answers; `before` changes the state
between two readings, as an eventually consistent service does.
"""
import json
import re

import acs3
import fake_service
import fake_tasks
from fake_service import Refusal

DIGEST = "a8c9f3765684cd8d9053db9523eab58878e99a199217500efd9ae2a860a7e01e"
TASK_ID = fake_tasks.TASK_ID
UUID = fake_service.ACCEPTED["Data"]["Uuid"]
START, FINISH = 1717430400000, 1717430498600

LEAF = "DescribeOnceTaskLeafRecordPage"
ASSETS = "DescribeImageInstances"
GROUPS = "DescribeImageGroupedVulList"
RECORDS = "DescribeImageVulList"
BASELINE = "DescribeImageBaselineCheckResult"
MALICIOUS = "DescribeGroupedMaliciousFiles"
SENSITIVE = "DescribeImageSensitiveFileList"
QUOTA = "DescribeImageScanAuthCount"

PAGING = {"CurrentPage", "PageSize"}
# Of each operation: the required parameters, and the others that are documented.
PARAMETERS = {
    LEAF: (PAGING | {"TaskType", "RelateInfo"},
           {"TaskId", "Source", "StartTime", "EndTime"}),
    ASSETS: (set(), PAGING | {"Criteria", "LogicalExp", "Scanned"}),
    GROUPS: (set(), PAGING | {"Type", "ImageDigest", "Uuids", "Necessity", "IsLatest", "CveId",
                              "Name", "AliasName", "ImageTag", "ImageLayer", "Lang"}),
    RECORDS: ({"Type"}, PAGING | {"Digest", "Uuids", "Necessity", "Dealed", "StatusList", "Name",
                                  "AliasName", "Tag", "Lang"}),
    BASELINE: ({"ImageUuid"}, PAGING | {"RiskLevel"}),
    MALICIOUS: (PAGING, {"ImageDigest", "Levels", "ImageTag"}),
    SENSITIVE: (set(), PAGING | {"ImageUuid", "RiskLevel", "ScanRange"}),
    QUOTA: (set(), set()),
}
NECESSITIES = ("asap", "later", "nntf")


def vulnerability(name, necessity="asap", kind="cve", package="libseccomp2", **more):
    """One vulnerability as the state keeps it; both lists show it in their own form."""
    return {"name": name, "necessity": necessity, "kind": kind, "package": package, **more}


def leaf(status="SUCCESS", **more):
    row = {"TaskId": TASK_ID, "TaskType": "IMAGE_SCAN", "TaskName": "IMAGE_SCAN",
           "Target": DIGEST, "TargetType": "IMAGE", "Status": "0", "StatusText": status,
           "Progress": 100, "Finish": 1, "FinishCount": "1", "TotalCount": "1",
           "StartTime": START, "ResultInfo": "",
           "TaskImageInfo": {"Digest": DIGEST, "RegistryType": "CI/CD", "Tag": "1.4.2"}}
    if status not in ("INIT", "START"):
        row["EndTime"] = FINISH
    return {**row, **more}


def asset(**more):
    return {"Uuid": UUID, "Digest": DIGEST, "RegistryType": "CI/CD", "RepoName": "web",
            "Tag": "1.4.2", "ScaStatus": "SUCCESS", "ScaProgress": 100, "ScaResult": "",
            "LastScanTime": FINISH, "VulStatus": "NO", "Status": "NORMAL", **more}


class Service(fake_tasks.Service):
    """Begins with a task that ended well and an asset for which nothing is reported."""

    def __init__(self):
        super().__init__()
        self.looks = ["SUCCESS"]
        self.leaves = [leaf()]
        self.assets = [asset()]
        self.vulnerabilities = []
        self.baseline, self.malicious, self.sensitive = [], [], []
        self.quota = {"ImageScanCapacity": 1000, "ScanCount": 10, "InstanceId": "sas-1"}
        self.refused = {}
        self.script = {}
        self.before = {}

    def count(self, action):
        return sum(r.value("x-acs-action") == action for r in self.requests)

    def report(self, *vulnerabilities):
        self.vulnerabilities.extend(vulnerabilities)

    def answer(self, request):
        action = request.value("x-acs-action")
        if action not in PARAMETERS and action not in self.refused:
            return super().answer(request)
        try:
            self._check(request)
            if action in self.refused:
                raise self.refused[action]
        except Refusal as no:
            request.verdict = no.code
            return self._refuse(request, no)
        request.verdict = "OK"
        if action in self.before:
            self.before[action](self.count(action))
        if self.script.get(action):
            said = self.script[action].pop(0)
            if said is not None:
                return said
        if action not in PARAMETERS:
            return super().answer(request)
        return fake_service.json_answer(200, {
            "RequestId": "F8B6F758-BCD4-597A", **self._say(action, dict(
                acs3.split_query(request.query)))})

    def _check_operation(self, request):
        if request.value("x-acs-action") not in PARAMETERS:
            super()._check_operation(request)
            return
        if request.method not in ("POST", "GET") or request.path != "/":
            raise Refusal(400, "UnsupportedHTTPMethod", "this operation takes POST or GET")
        if request.value("x-acs-version") != fake_service.VERSION:
            raise Refusal(400, "InvalidVersion", "no such version")

    def _check_parameters(self, request):
        action = request.value("x-acs-action")
        if action not in PARAMETERS:
            super()._check_parameters(request)
            return
        pairs = acs3.split_query(request.query)
        names = [name for name, _ in pairs]
        required, others = PARAMETERS[action]
        if request.body or len(set(names)) != len(names):
            raise Refusal(400, "InvalidParameter", f"misplaced or repeated: {names}")
        if not required <= set(names) <= required | others:
            raise Refusal(400, "InvalidParameter", f"missing or unknown: {names}")
        for name, value in pairs:
            self._check_value(name, value)

    @staticmethod
    def _check_value(name, value):
        forms = {"CurrentPage": "[1-9][0-9]*", "PageSize": "[1-9][0-9]?|100",
                 "TaskType": "IMAGE_SCAN", "RelateInfo": "true|false", "Type": "cve|sca",
                 "Necessity": "asap|later|nntf", "LogicalExp": "AND|OR",
                 "ImageDigest": "[0-9a-f]{64}", "Digest": "[0-9a-f]{64}"}
        if not re.fullmatch(forms.get(name, ".+"), value):
            raise Refusal(400, "InvalidParameter", f"{name} is malformed: {value}")

    # --- answers -------------------------------------------------------------------------

    def _say(self, action, query):
        if action == QUOTA:
            return {"ImageScan": self.quota}
        rows_of, member, beside = {
            LEAF: (self._leaves, "OnceTasks", False),
            ASSETS: (self._assets, "ImageInstanceList", False),
            GROUPS: (self._groups, "GroupedVulItems", True),
            RECORDS: (self._records, "VulRecords", True),
            BASELINE: (self._by_uuid(self.baseline), "BaselineResult", False),
            MALICIOUS: (self._malicious, "GroupedMaliciousFileResponse", False),
            SENSITIVE: (self._by_uuid(self.sensitive), "SensitiveFileList", False),
        }[action]
        return self._page(rows_of(query), member, beside, query)

    @staticmethod
    def _page(rows, member, beside, query):
        number, size = int(query.get("CurrentPage", 1)), int(query.get("PageSize", 20))
        shown = rows[(number - 1) * size:number * size]
        info = {"CurrentPage": number, "PageSize": size, "TotalCount": len(rows)}
        return {member: shown, **(info if beside else
                                  {"PageInfo": {**info, "Count": len(shown)}})}

    def _leaves(self, query):
        return [r for r in self.leaves if query.get("TaskId") in (None, r["TaskId"])]

    def _assets(self, query):
        (criterion,) = json.loads(query["Criteria"])
        assert criterion["name"] == "digest"
        return [a for a in self.assets if a["Digest"] == criterion["value"]]

    def _of(self, query, key, kind):
        return [v for v in self.vulnerabilities
                if query[key] == DIGEST and v["kind"] == kind and
                query.get("Necessity") in (None, v["necessity"])]

    def _groups(self, query):
        return [{"Name": v["name"], "AliasName": f"about {v['name']}", "Type": query["Type"],
                 **{f"{n.capitalize()}Count": int(n == v["necessity"]) for n in NECESSITIES},
                 "Status": 0, "CanFix": "yes", "LastScanTime": FINISH, **v.get("group", {})}
                for v in self._of(query, "ImageDigest", query["Type"])]

    def _records(self, query):
        return [{"PrimaryId": 7, "Name": f"debian:10:{v['name']}",
                 "AliasName": f"about {v['name']}", "Related": v["name"],
                 "Necessity": v["necessity"], "Status": 1, "Type": "cve", "Uuid": UUID,
                 "ImageDigest": DIGEST, "Layers": ["layer-1"], "CanFix": "yes",
                 "ExtendContentJson": {"Os": "debian", "OsRelease": "10", "RpmEntityList": [
                     {"Name": v["package"], "Version": "2.3.3", "FullVersion": "2.3.3-4",
                      "Path": "/usr/lib/x86_64-linux-gnu", "Layer": "layer-1",
                      "MatchList": ["less than 2.4"],
                      "UpdateCmd": f"apt-get install {v['package']}"}]}, **v.get("record", {})}
                for v in self._of(query, "Digest", "cve")]

    @staticmethod
    def _by_uuid(rows):
        return lambda query: rows if query["ImageUuid"] == UUID else []

    def _malicious(self, query):
        return self.malicious if query["ImageDigest"] == DIGEST else []
