# SPDX-License-Identifier: MIT
"""Files as builders write them after a push, for an image that a test has pushed.

Each maker takes a name without tag, a tag and the digest, and gives the file's text. Run
as a script it shows all of them: builder_files.py NAME TAG DIGEST.
"""
import json
import sys

DESCRIPTOR = "application/vnd.oci.image.manifest.v1+json"


def buildx(name, tag, digest):
    """docker buildx build --metadata-file, with a second tag and provenance."""
    return json.dumps({
        "buildx.build.provenance": {"buildType": "https://mobyproject.org/buildkit@v1",
                                    "materials": [{"uri": "pkg:docker/alpine@3"}]},
        "buildx.build.ref": "default/default/x1",
        "containerimage.descriptor": {"mediaType": DESCRIPTOR, "digest": digest, "size": 1},
        "containerimage.digest": digest,
        "image.name": f"{name}:{tag},{name}:latest",
    }, indent=2)


def bake(name, tag, digest):
    """docker buildx bake --metadata-file: a target, and one that was not pushed as an image."""
    return json.dumps({
        "web": {"containerimage.digest": digest, "image.name": f"{name}:{tag}"},
        "lint": {"buildx.build.ref": "default/default/x2"},
        "buildx.build.warnings": {"containerimage.digest": "no target"},
    })


def imagetools(name, _tag, digest):
    """docker buildx imagetools create --metadata-file: the name has no tag."""
    return json.dumps({"containerimage.descriptor":
                       {"mediaType": DESCRIPTOR, "digest": digest, "size": 1},
                       "image.name": name})


def buildah(_name, _tag, digest):
    """buildah build --metadata-file: no name."""
    return json.dumps({"containerimage.digest": digest})


def kaniko_digest(_name, _tag, digest):
    """--digest-file; podman push, buildah push and skopeo copy --digestfile, too."""
    return digest


def kaniko_name(name, _tag, digest):
    """--image-name-with-digest-file"""
    return f"{name}@{digest}\n"


def kaniko_name_tag(name, tag, digest):
    """--image-name-tag-with-digest-file; image-refs of crane and ko"""
    return f"{name}:{tag}@{digest}\n"


def kaniko_images(name, tag, digest):
    """$BUILDER_OUTPUT/images"""
    return json.dumps({"name": f"{name}:{tag}", "digest": digest}) + "\n"


def jib(name, tag, digest, pushed=True):
    """target/jib-image.json or build/jib-image.json"""
    return json.dumps({"image": name, "imageId": "sha256:" + "0" * 64, "imageDigest": digest,
                       "tags": [tag, "latest"], "imagePushed": pushed})


def docker_push(name, tag, digest):
    """What docker push says."""
    return (f"The push refers to repository [{name}]\n5f70bf18a086: Preparing\n"
            f"5f70bf18a086: Pushed\n{tag}: digest: {digest} size: 1234\n")


def tekton_images(name, tag, digest):
    """The result IMAGES of a Tekton task, as Chains reads it: here one image twice."""
    return f"{name}:{tag}@{digest}, {name}:latest@{digest}"


def github_push(name, tag, digest):
    """docker push in the log of a GitHub job, as its API gives it."""
    stamp = "2024-05-01T12:00:00.1234567Z "
    return "\ufeff" + "".join(stamp + line + "\n" for line in (
        f"\x1b[36;1mdocker push {name}:{tag}\x1b[0m",
        *docker_push(name, tag, digest).splitlines()))


def gitlab_push(name, tag, digest):
    """docker push in the raw log of a GitLab job with FF_TIMESTAMPS."""
    stamp = "2024-05-01T12:00:00.123456Z 0"
    lines = docker_push(name, tag, digest).splitlines()
    return (f"{stamp}0O section_start:1714560000:step_script\r\x1b[0K\n"
            f"{stamp}0O+\x1b[0K\x1b[36;1mExecuting\x1b[0;m\n" +
            "".join(f"{stamp}1O {line}\n" for line in lines))


MAKERS = {maker.__name__: maker for maker in (
    buildx, bake, imagetools, buildah, kaniko_digest, kaniko_name, kaniko_name_tag,
    kaniko_images, jib, docker_push, tekton_images, github_push, gitlab_push)}

if __name__ == "__main__":
    for title, maker in MAKERS.items():
        print(f"--- {title}\n{maker(*sys.argv[1:4])}")
