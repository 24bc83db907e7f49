# Ready-made parts for pipelines. tests/blackbox/test_contrib.py runs them.
EXTRA_DIST += \
	contrib/container/Containerfile \
	contrib/container/README.md \
	contrib/github/README.md \
	contrib/github/action.yml \
	contrib/gitlab/README.md \
	contrib/gitlab/scanreq.gitlab-ci.yml \
	contrib/jenkins/Jenkinsfile \
	contrib/jenkins/README.md \
	contrib/jenkins/vars/scanreqScan.groovy \
	contrib/kubernetes/README.md \
	contrib/kubernetes/cronjob.yaml \
	contrib/kubernetes/indexed-job.yaml \
	contrib/kubernetes/job.yaml \
	contrib/ram/README.md \
	contrib/ram/create-and-wait.json \
	contrib/ram/create.json \
	contrib/ram/findings.json \
	contrib/tekton/README.md \
	contrib/tekton/task-static.yaml \
	contrib/tekton/task.yaml
