# SPDX-License-Identifier: MIT
"""A strict fake of Container Registry's API: GetAuthorizationToken of both editions, and
ListInstance. It is reached by its real name over TLS (scripted_registry.Play.beside).
"""
import secrets

import acs3
import fake_service

REGION = "cn-hangzhou"
INSTANCE = "team"
INSTANCE_ID = "cri-0gkaatghnmnt0000"
USER = "cr_temp_user"


class Acr(fake_service.Service):
    """Each login that it gives out is in `given`. `override` answers an action instead, and
    `play()` the next requests that pass every check."""

    def __init__(self, tls, host=f"cr.{REGION}.aliyuncs.com"):
        super().__init__()
        self.tls = tls
        self.outside = f"{host}:443"
        self.life_ms = 3600 * 1000
        self.instances = [{"InstanceName": INSTANCE + "-2", "InstanceId": "cri-wrong"},
                          {"InstanceName": INSTANCE, "InstanceId": INSTANCE_ID}]
        self.override = {}
        self.given = []

    @property
    def actions(self):
        return [request.value("x-acs-action") for request in self.requests]

    def answer(self, request):
        try:
            self._check(request)
        except fake_service.Refusal as no:
            request.verdict = no.code
            return self._refuse(request, no)
        request.verdict = "OK"
        if self._script:
            return self._script.popleft()
        action = request.value("x-acs-action")
        if action in self.override:
            return self.override[action]
        return self._list(request) if action == "ListInstance" else self._login(request)

    @staticmethod
    def _check_operation(request):
        operation = (request.method, request.path, request.value("x-acs-version"),
                     request.value("x-acs-action"))
        if operation not in (("POST", "/", "2018-12-01", "GetAuthorizationToken"),
                             ("POST", "/", "2018-12-01", "ListInstance"),
                             ("GET", "/tokens", "2016-06-07", "GetAuthorizationToken")):
            raise fake_service.Refusal(404, "InvalidAction.NotFound", f"{operation}")

    @staticmethod
    def _check_parameters(request):
        names = [name for name, _ in acs3.split_query(request.query)]
        allowed = {"ListInstance": {"InstanceName", "PageNo", "PageSize"},
                   "GetAuthorizationToken": {"InstanceId"}}[request.value("x-acs-action")]
        if request.body or len(set(names)) != len(names) or not set(names) <= allowed:
            raise fake_service.Refusal(400, "InvalidParameter", f"misplaced: {names}")

    def _list(self, request):
        wanted = dict(acs3.split_query(request.query))["InstanceName"]
        found = [one for one in self.instances if one["InstanceName"].startswith(wanted)]
        return fake_service.json_answer(200, {
            "IsSuccess": True, "Code": "success", "RequestId": "R", "PageNo": 1, "PageSize": 100,
            "TotalCount": len(found), "Instances": found})

    def _login(self, request):
        end = int(self.clock().timestamp() * 1000) + self.life_ms
        password = secrets.token_hex(8) + ":" + secrets.token_urlsafe(30)
        if request.method == "GET":
            self.given.append(password)
            return fake_service.json_answer(200, {"requestId": "R", "data": {
                "authorizationToken": password, "tempUserName": USER, "expireDate": end}})
        asked = dict(acs3.split_query(request.query)).get("InstanceId")
        if asked not in [one["InstanceId"] for one in self.instances]:
            return fake_service.error(400, "INSTANCE_NOT_EXIST", "instance is not exist")
        self.given.append(password)
        return fake_service.json_answer(200, {
            "IsSuccess": True, "Code": "success", "RequestId": "R", "TempUsername": USER,
            "AuthorizationToken": password, "ExpireTime": end})
