# SPDX-License-Identifier: MIT
"""The strict fake with tasks: DescribeImageLatestScanTask beside the submission.

Tasks are kept by digest, as the service keeps them; each look takes the next status of
the script, and the last one stays.
"""
import re

import acs3
import fake_service
from fake_service import Refusal

LATEST = "DescribeImageLatestScanTask"
TASK_ID = fake_service.ACCEPTED["Data"]["TaskId"]
OTHER_ID = "0000000000000000000000000000dead"


def task(digest, status, task_id=TASK_ID, **more):
    """One task as the service's page shows it."""
    made = {"TaskId": task_id, "Status": status, "Target": digest, "TargetType": "IMAGE",
            "TaskType": "IMAGE_SCAN", "Source": "openapi", "Id": 7, "Finish": 0,
            "StartTime": 1717430400000, "Create": "2024-06-03 18:00:00"}
    if status in ("SUCCESS", "FAIL", "TIMOUT", "TIMEOUT"):
        made["FinishTime"] = 1717430498600
    return {**made, **more}


class Service(fake_service.Service):
    """`looks` is the script: a status, a list of tasks, or a whole answer for each look."""

    def __init__(self):
        super().__init__()
        self.looks = []

    def reads(self):
        """The looks that were taken, refused ones too."""
        return [r for r in self.requests if r.value("x-acs-action") == LATEST]

    def submissions(self):
        return [r for r in self.requests if r.value("x-acs-action") == fake_service.ACTION]

    def answer(self, request):
        if request.value("x-acs-action") != LATEST:
            return super().answer(request)
        try:
            self._check(request)
        except Refusal as no:
            request.verdict = no.code
            return self._refuse(request, no)
        request.verdict = "OK"
        return self._look(dict(acs3.split_query(request.query))["Digest"])

    def _look(self, digest):
        said = self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]
        if isinstance(said, str):
            said = [task(digest, said)]
        if isinstance(said, list):
            return fake_service.json_answer(200, {"RequestId": "F8B6F758-BCD4-597A",
                                                  "Task": said})
        return said

    def _check_operation(self, request):
        if request.value("x-acs-action") != LATEST:
            super()._check_operation(request)
            return
        if request.method not in ("POST", "GET") or request.path != "/":
            raise Refusal(400, "UnsupportedHTTPMethod", "this operation takes POST or GET")
        if request.value("x-acs-version") != fake_service.VERSION:
            raise Refusal(400, "InvalidVersion", "no such version")

    def _check_parameters(self, request):
        if request.value("x-acs-action") != LATEST:
            super()._check_parameters(request)
            return
        query = acs3.split_query(request.query)
        if request.body or [name for name, _ in query] != ["Digest"]:
            raise Refusal(400, "InvalidParameter", "the digest alone, in the query")
        if not re.fullmatch("[0-9a-f]{64}", query[0][1]):
            raise Refusal(400, "InvalidParameter", "Digest is no bare hex")
