# SPDX-License-Identifier: MIT
"""Container images made from nothing: the same bytes at every run."""
import dataclasses
import gzip
import hashlib
import io
import json
import pathlib
import tarfile

OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
OCI_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
CREATED = "2024-06-03T16:00:00.123456789+08:00"
CREATED_MS = 1717401600123
LABELS = {"org.opencontainers.image.title": "web", "com.example.quoted": "a \"b\" \\ c\nd"}


def sha256(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def bare(digest):
    return digest.removeprefix("sha256:")


def to_json(document):
    return json.dumps(document, separators=(",", ":")).encode()


def tar_of(files):
    """A plain tar of {name: bytes}, with every time and owner 0."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def descriptor(media_type, data, /, **more):
    return {"mediaType": media_type, "digest": sha256(data), "size": len(data), **more}


@dataclasses.dataclass
class Image:
    """A single-platform image: its blobs by digest, its manifest and config as bytes."""
    config: bytes
    manifest: bytes
    layers: list  # plain tars, base first
    blobs: dict

    @property
    def digest(self):
        return sha256(self.manifest)

    def describe(self, **more):
        return descriptor(OCI_MANIFEST, self.manifest, **more)


def layer_of(text):
    return tar_of({"etc/motd": text.encode() * 40, "etc/name": text.encode()})


def make_image(name="web", architecture="amd64", variant=None, layers=None, **config):
    """An image of three layers of which the first is listed twice, or of `layers`."""
    tars = layers or [layer_of(f"{name} {i}") for i in (0, 1, 0)]
    platform = {"architecture": architecture, "os": "linux"}
    if variant:
        platform["variant"] = variant
    document = {
        **platform,
        "created": CREATED,
        "author": "tests",
        "config": {"Cmd": ["/bin/true"], "Labels": LABELS},
        "rootfs": {"type": "layers", "diff_ids": [sha256(tar) for tar in tars]},
        "history": [{"created": CREATED, "created_by": f"layer {i}"}
                    for i in range(len(tars))],
        **config,
    }
    config_bytes = to_json({k: v for k, v in document.items() if v is not ...})
    packed = [gzip.compress(tar, mtime=0) for tar in tars]
    manifest = to_json({
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": descriptor(OCI_CONFIG, config_bytes),
        "layers": [descriptor(OCI_LAYER, data) for data in packed],
    })
    blobs = {sha256(data): data for data in [config_bytes, *packed]}
    return Image(config_bytes, manifest, tars, blobs)


@dataclasses.dataclass
class Index:
    index: bytes
    images: dict  # "os/architecture[/variant]" -> Image
    extra: list   # images of the index that are no platform

    @property
    def digest(self):
        return sha256(self.index)


def make_attestation(of):
    """What buildx adds for an image: no platform, in-toto statements as layers."""
    statement = to_json({"_type": "https://in-toto.io/Statement/v0.1", "subject": []})
    config = to_json({"architecture": "unknown", "os": "unknown", "config": {},
                      "rootfs": {"type": "layers", "diff_ids": [sha256(statement)]}})
    manifest = to_json({
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": descriptor(OCI_CONFIG, config),
        "layers": [descriptor("application/vnd.in-toto+json", statement)],
    })
    image = Image(config, manifest, [], {sha256(d): d for d in (config, statement)})
    entry = image.describe(platform={"architecture": "unknown", "os": "unknown"}, annotations={
        "vnd.docker.reference.digest": of.digest,
        "vnd.docker.reference.type": "attestation-manifest"})
    return image, entry


def make_index(name="web", platforms=("linux/amd64", "linux/arm64/v8"), attestation=False):
    images, entries, extra = {}, [], []
    for platform in platforms:
        system, architecture, *variant = platform.split("/")
        image = make_image(name, architecture, *variant)
        about = {"architecture": architecture, "os": system}
        if variant:
            about["variant"] = variant[0]
        images[platform] = image
        entries.append(image.describe(platform=about))
    if attestation:
        image, entry = make_attestation(next(iter(images.values())))
        extra.append(image)
        entries.append(entry)
    return Index(to_json({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": entries}),
                 images, extra)


def write_layout(path, image, tag="1"):
    """Writes an OCI image layout of an Image or an Index; returns skopeo's name for it."""
    root = pathlib.Path(path)
    blobs = root / "blobs" / "sha256"
    blobs.mkdir(parents=True)
    (root / "oci-layout").write_bytes(to_json({"imageLayoutVersion": "1.0.0"}))
    if isinstance(image, Index):
        top = descriptor(OCI_INDEX, image.index)
        parts = [*image.images.values(), *image.extra]
        documents = [image.index] + [part.manifest for part in parts]
    else:
        top, parts, documents = image.describe(), [image], [image.manifest]
    for data in documents + [data for part in parts for data in part.blobs.values()]:
        (blobs / bare(sha256(data))).write_bytes(data)
    top["annotations"] = {"org.opencontainers.image.ref.name": tag}
    (root / "index.json").write_bytes(to_json({"schemaVersion": 2, "manifests": [top]}))
    return f"oci:{root}:{tag}"


def docker_save(images, extra=()):
    """A classic `docker save` tar of (list of references, Image) pairs; `extra` first."""
    members, listing = dict(extra), []
    for names, image in images:
        config = bare(sha256(image.config)) + ".json"
        members[config] = image.config
        paths = []
        for tar in image.layers:
            paths.append(f"{bare(sha256(tar))}/layer.tar")
            members[paths[-1]] = tar
        listing.append({"Config": config, "RepoTags": names or None, "Layers": paths})
    members["manifest.json"] = to_json(listing)
    return tar_of(members)


def docker_save_with_index(names, image, made):
    """What `docker save` writes since 25. `made`: from a graph driver, so that layers are
    plain and the manifest is docker's own; else from containerd's store, as it was pulled.
    """
    manifest, blobs = image.manifest, dict(image.blobs)
    document = json.loads(manifest)
    listing = {"Config": f"blobs/sha256/{bare(sha256(image.config))}", "RepoTags": names}
    if made:
        layers = [descriptor("application/vnd.oci.image.layer.v1.tar", tar)
                  for tar in image.layers]
        manifest = to_json({**document, "layers": layers})
        blobs = {sha256(data): data for data in (image.config, *image.layers)}
        listing["LayerSources"] = {layer["digest"]: layer for layer in layers}
    listing["Layers"] = [f"blobs/sha256/{bare(layer['digest'])}"
                         for layer in json.loads(manifest)["layers"]]
    top = descriptor(OCI_MANIFEST, manifest, annotations={
        "io.containerd.image.name": names[0],
        "org.opencontainers.image.ref.name": names[0].rpartition(":")[2]})
    members = {f"blobs/sha256/{bare(digest)}": data
               for digest, data in {**blobs, sha256(manifest): manifest}.items()}
    members["index.json"] = to_json({"schemaVersion": 2, "mediaType": OCI_INDEX,
                                     "manifests": [top]})
    members["manifest.json"] = to_json([listing])
    members["oci-layout"] = to_json({"imageLayoutVersion": "1.0.0"})
    return tar_of(members), manifest
