# SPDX-License-Identifier: MIT
"""Saved images as Python reads them: what the program must find, learnt in another way.

The whole archive is unpacked in memory, and hashes and sizes are taken of the bytes.
"""
import dataclasses
import hashlib
import io
import json
import posixpath
import tarfile


@dataclasses.dataclass
class Found:
    names: list
    config: str
    config_size: int
    layers: list             # sizes as they are stored, base first
    unique: int              # config and layers, each stored layer once
    manifest: str = None     # digest of a manifest that came from somewhere
    made: str = None         # digest of a manifest that saving made


def sha256(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def clean(name):
    return posixpath.normpath("/" + name).lstrip("/")


def unpack(data):
    """{name: bytes} of the regular files, links followed."""
    files, links = {}, {}
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        for info in tar:
            name = clean(info.name)
            if info.isreg():
                files[name] = tar.extractfile(info).read()
            elif info.issym():
                links[name] = clean(posixpath.join(posixpath.dirname(name), info.linkname))
            elif info.islnk():
                links[name] = clean(info.linkname)
    for name, target in links.items():
        for _ in range(8):
            target = links.get(target, target)
        if target in files:
            files[name] = files[target]
    return files


def blob(files, digest):
    return files.get("blobs/" + digest.replace(":", "/"))


def is_image(descriptor):
    about = descriptor.get("platform") or {}
    notes = descriptor.get("annotations") or {}
    return "vnd.docker.reference.type" not in notes and about.get("os") != "unknown"


def name_of(descriptor):
    notes = descriptor.get("annotations") or {}
    name = notes.get("io.containerd.image.name")
    bare = notes.get("org.opencontainers.image.ref.name", "")
    return name or (bare if "/" in bare or ":" in bare else None)


def chosen(files, digest):
    """The bytes of the image manifest below a digest: linux/amd64 where there are several."""
    data = blob(files, digest)
    document = json.loads(data)
    if "config" in document:
        return data
    images = [entry for entry in document["manifests"] if is_image(entry)]
    if len(images) > 1:
        images = [entry for entry in images
                  if (entry["platform"]["os"], entry["platform"]["architecture"])
                  == ("linux", "amd64")]
    return chosen(files, images[0]["digest"])


def manifests_below(files, digest):
    data = blob(files, digest)
    if data is None:
        return
    document = json.loads(data)
    if "config" in document:
        yield data
    for entry in document.get("manifests") or []:
        if is_image(entry):
            yield from manifests_below(files, entry["digest"])


def from_manifest(files, data, names):
    document = json.loads(data)
    config = blob(files, document["config"]["digest"])
    sizes = {layer["digest"]: layer["size"] for layer in document["layers"]}
    return Found(names, sha256(config), len(config),
                 [layer["size"] for layer in document["layers"]],
                 len(config) + sum(sizes.values()), sha256(data))


def read_oci(files):
    tops = {}
    for entry in json.loads(files["index.json"])["manifests"]:
        if is_image(entry):
            names = tops.setdefault(entry["digest"], [])
            names += [name for name in [name_of(entry)] if name and name not in names]
    return [from_manifest(files, chosen(files, digest), names)
            for digest, names in tops.items()]


def read_docker(files):
    found, manifests = [], []
    if "index.json" in files:
        for entry in json.loads(files["index.json"])["manifests"]:
            manifests += manifests_below(files, entry["digest"])
    for entry in json.loads(files["manifest.json"]):
        entry = {key.lower(): value for key, value in entry.items()}
        config, layers = files[entry["config"]], entry["layers"] or []
        stored = {sha256(files[name]): len(files[name]) for name in layers}
        image = Found(entry.get("repotags") or [], sha256(config), len(config),
                      [len(files[name]) for name in layers],
                      len(config) + sum(stored.values()))
        for data in manifests:
            document = json.loads(data)
            if document["config"]["digest"] != image.config:
                continue
            listed = [layer["digest"] for layer in document["layers"]]
            made = listed == json.loads(config)["rootfs"]["diff_ids"] and (
                "repositories" in files or "layersources" in entry)
            setattr(image, "made" if made else "manifest", sha256(data))
        found.append(image)
    return found


def read(data):
    """The images of an archive's bytes, in its own order."""
    files = unpack(data)
    return read_docker(files) if "manifest.json" in files else read_oci(files)
