# SPDX-License-Identifier: MIT
"""Archives that have manifest.json and index.json: neither form hides what the other has.

What is asked of such an archive is asked of the same archive without one of the two, and
the answers are compared.
"""
import json
import subprocess

import pytest

import oci_image
import registries
import saved_reader

AMD64 = {"os": "linux", "architecture": "amd64"}
ARM64 = {"os": "linux", "architecture": "arm64"}
S390X = {"os": "linux", "architecture": "s390x"}
NAME = "registry.example.com/shop/web:2"
OTHER = "registry.example.com/shop/db:7"


def named(name):
    """As docker, containerd and BuildKit annotate what they list."""
    return {"io.containerd.image.name": name,
            "org.opencontainers.image.ref.name": name.rpartition(":")[2]}


def listing(image, names):
    """An image's entry in manifest.json."""
    return {"Config": f"blobs/sha256/{oci_image.bare(oci_image.sha256(image.config))}",
            "RepoTags": names,
            "Layers": [f"blobs/sha256/{oci_image.bare(layer['digest'])}"
                       for layer in json.loads(image.manifest)["layers"]]}


def index_of(*entries):
    return oci_image.to_json({"schemaVersion": 2, "mediaType": oci_image.OCI_INDEX,
                              "manifests": list(entries)})


class Archive:
    """Members of an archive; what is written may lack one of the two forms."""

    def __init__(self, path):
        self.path = path
        self.blobs = {}
        self.tops = []
        self.list = []
        self.extra = {}

    def add(self, *images):
        for image in images:
            for data in [image.manifest, *image.blobs.values()]:
                self.add_blob(data)
        return self

    def add_blob(self, data):
        self.blobs[f"blobs/sha256/{oci_image.bare(oci_image.sha256(data))}"] = data
        return data

    def add_index(self, *entries):
        return self.add_blob(index_of(*entries))

    def members(self):
        return {**self.blobs, "index.json": index_of(*self.tops),
                "manifest.json": oci_image.to_json(self.list),
                "oci-layout": oci_image.to_json({"imageLayoutVersion": "1.0.0"}), **self.extra}

    def write(self, without=None):
        path = self.path / ("both.tar" if without is None else f"without-{without}.tar")
        members = self.members()
        members.pop(without, None)
        path.write_bytes(oci_image.tar_of(members))
        return path

    def pair(self, without):
        return self.write(), self.write(without)


@pytest.fixture
def archive(tmp_path):
    return Archive(tmp_path)


@pytest.fixture
def images():
    return [oci_image.make_image(architecture=a) for a in ("amd64", "arm64", "s390x")]


def nested(archive, images):
    """docker save of an image of three platforms from containerd's store; one is absent."""
    amd64, arm64, s390x = images
    attestation, entry = oci_image.make_attestation(amd64)
    archive.add(amd64, arm64, attestation)
    index = archive.add_index(amd64.describe(platform=AMD64), arm64.describe(platform=ARM64),
                              s390x.describe(platform=S390X), entry)
    archive.tops = [oci_image.descriptor(oci_image.OCI_INDEX, index, annotations=named(NAME))]


def flat(archive, images):
    """index.json is the index itself."""
    amd64, arm64, s390x = images
    archive.add(amd64, arm64)
    archive.tops = [image.describe(platform=platform, annotations=named(NAME)) for
                    image, platform in ((amd64, AMD64), (arm64, ARM64), (s390x, S390X))]


def unnamed(archive, images):
    """manifest.json alone has the name."""
    nested(archive, images)
    del archive.tops[0]["annotations"]


OTHER_LISTED = "manifest.json lists another image of the index"


def seen(done):
    """A run's results without what differs by the archive's name."""
    results = done.document["results"]
    for result in results:
        for member in ("input", "source", "names"):
            result.pop(member)
        result["warnings"] = [w for w in result["warnings"] if OTHER_LISTED not in w]
        if result["error"]:
            result["error"].pop("message")
    return done.status, results


def same(scanreq, a, b, *options):
    """Both archives give the same; returns what."""
    one = seen(scanreq("inspect", "-o", "json", *options, a))
    other = seen(scanreq("inspect", "-o", "json", *options, b))
    assert one == other
    return one


OPTIONS = [(), ("--platform", "linux/amd64"), ("--platform", "linux/arm64"),
           ("--platform", "linux/s390x"), ("--platform", "linux/ppc64le"), ("--platform", "all"),
           ("--digest-of", "index"), ("--platform", "linux/arm64", "--digest-of", "index"),
           ("--platform", "all", "--digest-of", "index"), ("--select", NAME),
           ("--select", NAME, "--platform", "linux/arm64"), ("--select", "@0"),
           ("--select", "2", "--platform", "linux/arm64"), ("--select", "@1"),
           ("--verify-layers", "--platform", "all")]


@pytest.mark.parametrize("listed", [0, 1], ids=["amd64", "arm64"])
@pytest.mark.parametrize("form", [nested, flat])
@pytest.mark.parametrize("options", OPTIONS, ids=" ".join)
def test_as_without_manifest_json(scanreq, archive, images, options, form, listed):
    """Whichever platform manifest.json has: it is one of the index's."""
    form(archive, images)
    archive.list = [listing(images[listed], [NAME])]
    same(scanreq, *archive.pair("manifest.json"), *options)


@pytest.mark.parametrize("form", [nested, flat])
def test_every_platform_is_in_reach(scanreq, archive, images, form):
    form(archive, images)
    archive.list = [listing(images[0], [NAME])]
    path = archive.write()
    for image, platform in zip(images, ("linux/amd64", "linux/arm64")):
        result = scanreq.json("inspect", "--platform", platform, path)
        assert result["manifest_digest"] == image.digest
        assert result["config_digest"] == oci_image.sha256(image.config)
        assert result["reference"] == NAME
        assert result["source"] == "docker-archive"
    every = scanreq("inspect", "-o", "json", "--platform", "all", path).ok().document["results"]
    assert [r["platform"] for r in every] == ["linux/amd64", "linux/arm64"]
    assert any("were not saved: 1" in warning for r in every for warning in r["warnings"])
    scanreq("inspect", "--platform", "linux/s390x", path).fails(
        3, oci_image.bare(images[2].digest), "is not in the archive")


@pytest.mark.parametrize("form", [nested, flat])
@pytest.mark.parametrize("listed, options, warned", [
    (0, [], False), (1, [], True), (1, ["--platform", "linux/amd64"], False),
    (1, ["--platform", "all"], False)])
def test_image_that_docker_load_may_take(scanreq, archive, images, form, listed, options, warned):
    """linux/amd64 is taken by default: where manifest.json has another platform, that is told."""
    form(archive, images)
    archive.list = [listing(images[listed], [NAME])]
    done = scanreq("inspect", *options, archive.write()).ok()
    assert (OTHER_LISTED in done.stderr) == warned


def test_digest_of_the_index(scanreq, archive, images):
    nested(archive, images)
    archive.list = [listing(images[0], [NAME])]
    result = scanreq.json("inspect", "--digest-of", "index", archive.write())
    assert result["index_digest"] == archive.tops[0]["digest"]
    assert result["request"]["Digest"] == oci_image.bare(archive.tops[0]["digest"])


@pytest.mark.parametrize("options", OPTIONS, ids=" ".join)
@pytest.mark.parametrize("form", [nested, flat])
def test_scheme_of_oci(scanreq, archive, images, options, form):
    """Be manifest.json broken or of another image: it is index.json's images that are meant."""
    form(archive, images)
    without = f"oci-archive:{archive.write('manifest.json')}"
    for text in (oci_image.to_json([listing(images[0], [NAME])]),
                 oci_image.to_json([listing(oci_image.make_image("other"), [OTHER])])):
        archive.extra = {"manifest.json": text}
        same(scanreq, f"oci-archive:{archive.write()}", without, *options)


@pytest.mark.parametrize("options", [
    options for options in OPTIONS if "index" not in options], ids=" ".join)
@pytest.mark.parametrize("form", [nested, flat, unnamed])
def test_scheme_of_docker(scanreq, archive, images, options, form):
    """The images are manifest.json's; their manifests are known by index.json."""
    form(archive, images)
    archive.list = [listing(images[0], [NAME])]
    both, without = (f"docker-archive:{path}" for path in archive.pair("index.json"))
    one, other = (seen(scanreq("inspect", "-o", "json", *options, name)) for name in
                  (both, without))
    assert one[0] == other[0]
    for a, b in zip(*(run[1] for run in (one, other)), strict=True):
        assert a["config_digest"] == b["config_digest"]
        assert a["reference"] == b["reference"]
        assert a["size"] == b["size"]
        assert a["index_digest"] is b["index_digest"] is None
        if not a["error"]:
            assert a["manifest_digest"] == images[0].digest
            assert b["manifest_digest"] is None


def test_scheme_of_docker_has_no_index(scanreq, archive, images):
    nested(archive, images)
    archive.list = [listing(images[0], [NAME])]
    path = archive.write()
    scanreq("inspect", "--platform", "linux/arm64", f"docker-archive:{path}").fails(
        3, "linux/amd64 alone")
    done = scanreq("inspect", "-o", "json", "--platform", "all", f"docker-archive:{path}")
    assert len(done.ok().document["results"]) == 1


def test_scheme_of_the_other_form(scanreq, archive, images):
    nested(archive, images)
    archive.list = [listing(images[0], [NAME])]
    scanreq("inspect", f"oci-archive:{archive.write('index.json')}").fails(
        3, "no oci-archive", "docker-archive")
    scanreq("inspect", f"docker-archive:{archive.write('manifest.json')}").fails(
        3, "no docker-archive", "oci-archive")


def test_broken_manifest_json_beside_a_scheme(scanreq, archive, images):
    nested(archive, images)
    archive.extra = {"manifest.json": b"[{]"}
    path = archive.write()
    scanreq("inspect", path).fails(3, "manifest.json")
    result = scanreq.json("inspect", f"oci-archive:{path}")
    assert result["manifest_digest"] == images[0].digest
    assert any("manifest.json is not used" in warning for warning in result["warnings"])


# --- more than one image ----------------------------------------------------------------

def test_lists_in_other_orders(scanreq, archive):
    """ctr images export: manifest.json's order is not index.json's, nor are the images."""
    one, two, three = (oci_image.make_image(name) for name in ("one", "two", "three"))
    names = [f"registry.example.com/ns/{n}:1" for n in ("one", "two", "three")]
    archive.add(one, two, three)
    archive.tops = [image.describe(annotations=named(name)) for image, name in
                    zip((one, two, three), names)]
    archive.list = [listing(three, [names[2]]), listing(one, [names[0]])]
    path = archive.write()
    for image, name, number in zip((one, two, three), names, (1, 2, 0)):
        for selector in (name, f"@{number}"):
            result = scanreq.json("inspect", "--select", selector, path)
            assert result["manifest_digest"] == image.digest
            assert result["names"] == [name]
    scanreq("inspect", path).fails(3, "several images", *names)


def test_image_of_each_form_alone(scanreq, archive):
    """What manifest.json alone has is classic; what index.json alone has is OCI's."""
    docker, oci = oci_image.make_image("docker"), oci_image.make_image("oci")
    archive.add(docker, oci)
    del archive.blobs[f"blobs/sha256/{oci_image.bare(docker.digest)}"]
    archive.tops = [oci.describe(annotations=named(OTHER))]
    archive.list = [listing(docker, [NAME])]
    path = archive.write()
    scanreq("inspect", path).fails(3, "several images", NAME, OTHER)
    result = scanreq.json("inspect", "--select", NAME, path)
    assert result["manifest_digest"] is None
    assert result["config_digest"] == oci_image.sha256(docker.config)
    result = scanreq.json("inspect", "--select", OTHER, path)
    assert result["manifest_digest"] == oci.digest


def test_one_name_of_two_images(scanreq, archive):
    """Docker would load the one, containerd the other: it is not ours to choose."""
    docker, oci = oci_image.make_image("docker"), oci_image.make_image("oci")
    archive.add(docker, oci)
    del archive.blobs[f"blobs/sha256/{oci_image.bare(docker.digest)}"]
    archive.tops = [oci.describe(annotations=named(NAME))]
    archive.list = [listing(docker, [NAME])]
    path = archive.write()
    scanreq("inspect", path).fails(3, "several images", "@0", "@1")
    scanreq("inspect", "--select", NAME, path).fails(3, "several images of that name")


def test_two_names_of_one_index(scanreq, archive, images):
    """docker save lists the index once for each of its names, and the image but once."""
    nested(archive, images)
    (top,) = archive.tops
    archive.tops = [top, {**top, "annotations": named(OTHER)}]
    archive.list = [listing(images[0], [OTHER, NAME])]
    path = archive.write()
    result = scanreq.json("inspect", "--platform", "linux/arm64", path)
    assert result["manifest_digest"] == images[1].digest
    assert sorted(result["names"]) == [OTHER, NAME]


def test_indexes_that_share_an_image(scanreq, archive, images):
    """Two releases of which one platform's image is the same: one entry with two names."""
    nested(archive, images)
    newer = oci_image.make_image("newer", architecture="arm64")
    archive.add(newer)
    index = archive.add_index(images[0].describe(platform=AMD64),
                              newer.describe(platform=ARM64))
    archive.tops.append(oci_image.descriptor(oci_image.OCI_INDEX, index,
                                             annotations=named(OTHER)))
    archive.list = [listing(images[0], [NAME, OTHER])]
    path = archive.write()
    for name, image in ((NAME, images[1]), (OTHER, newer)):
        result = scanreq.json("inspect", "--select", name, "--platform", "linux/arm64", path)
        assert result["manifest_digest"] == image.digest
        assert result["names"] == [name]


def test_index_and_one_of_its_images(scanreq, archive, images):
    """Both were saved by name; containerd lists the image once, with the names of both."""
    nested(archive, images)
    archive.tops.append(images[0].describe(annotations=named(OTHER)))
    archive.list = [listing(images[0], [NAME, OTHER])]
    both, without = archive.pair("manifest.json")
    for options in (("--select", NAME, "--platform", "linux/arm64"), ("--select", OTHER),
                    ("--select", OTHER, "--platform", "linux/arm64"), ("--select", NAME), ()):
        same(scanreq, both, without, *options)


def test_name_of_one_platform(scanreq, archive, images):
    """manifest.json alone calls it so: it is that image's name and not the index's."""
    nested(archive, images)
    archive.list = [listing(images[0], [NAME, OTHER])]
    both, without = archive.pair("manifest.json")
    for options in OPTIONS:
        if "@1" not in options:
            same(scanreq, both, without, *options)
    result = scanreq.json("inspect", "--select", OTHER, both)
    assert result["manifest_digest"] == images[0].digest
    assert result["reference"] == OTHER
    scanreq("inspect", "--select", OTHER, "--platform", "linux/arm64", both).fails(
        3, "linux/amd64 alone")


@pytest.mark.parametrize("form", [unnamed, flat])
def test_name_that_only_manifest_json_has(scanreq, archive, images, form):
    """An image that index.json does not name has manifest.json's name, on each platform."""
    form(archive, images)
    for top in archive.tops:
        top.pop("annotations", None)
    archive.list = [listing(images[0], [NAME])]
    path = archive.write()
    for image, platform in zip(images, ("linux/amd64", "linux/arm64")):
        result = scanreq.json("inspect", "--platform", platform, path)
        assert result["manifest_digest"] == image.digest
        assert result["reference"] == NAME


def test_spelling_of_names(scanreq, archive, images):
    """manifest.json says "busybox:2", index.json the whole name: they are one."""
    flat(archive, images)
    for top in archive.tops:
        top["annotations"] = named("docker.io/library/busybox:2")
    archive.list = [listing(images[0], ["busybox:2"])]
    path = archive.write()
    for name in ("busybox:2", "docker.io/library/busybox:2"):
        result = scanreq.json("inspect", "--select", name, path)
        assert result["names"] == ["busybox:2"]
    done = scanreq("inspect", "-o", "json", "--platform", "all", path).ok()
    assert {r["reference"] for r in done.document["results"]} == {"docker.io/library/busybox:2"}


# --- what is no image, or is not there --------------------------------------------------

def test_artifact_beside_the_image(scanreq, archive, images):
    """index.json may list signatures and charts: manifest.json's image is the only one."""
    chart = oci_image.to_json({
        "schemaVersion": 2, "mediaType": oci_image.OCI_MANIFEST,
        "config": oci_image.descriptor("application/vnd.cncf.helm.config.v1+json", b"{}"),
        "layers": []})
    archive.add(images[0])
    archive.add_blob(chart)
    archive.tops = [images[0].describe(annotations=named(NAME)),
                    oci_image.descriptor(oci_image.OCI_MANIFEST, chart)]
    archive.list = [listing(images[0], [NAME])]
    result = scanreq.json("inspect", archive.write())
    assert result["manifest_digest"] == images[0].digest
    assert any("helm" in warning for warning in result["warnings"])


def test_images_that_were_not_saved(scanreq, archive, images):
    absent = oci_image.make_image("absent")
    archive.add(images[0])
    archive.tops = [absent.describe(annotations=named(OTHER)),
                    images[0].describe(annotations=named(NAME))]
    archive.list = [listing(images[0], [NAME])]
    result = scanreq.json("inspect", archive.write())
    assert result["manifest_digest"] == images[0].digest
    assert any("index.json lists" in warning and "not saved: 1" in warning
               for warning in result["warnings"])


def test_only_platform_that_is_there(scanreq, archive, images):
    """Without an option, be it not linux/amd64: in index.json as in an index below it."""
    flat(archive, images)
    archive.blobs.pop(f"blobs/sha256/{oci_image.bare(images[0].digest)}")
    archive.list = [listing(images[1], [NAME])]
    _, result = same(scanreq, *archive.pair("manifest.json"))
    assert result[0]["manifest_digest"] == images[1].digest


def test_platform_that_is_no_image(scanreq, archive, images):
    """A manifest that cannot be read is told of when its platform is asked for."""
    flat(archive, images)
    archive.blobs[f"blobs/sha256/{oci_image.bare(images[1].digest)}"] = b"{}"
    archive.list = [listing(images[0], [NAME])]
    pair = archive.pair("manifest.json")
    same(scanreq, *pair)
    status, _ = same(scanreq, *pair, "--platform", "linux/arm64")
    assert status == 7


def test_manifest_that_is_another(scanreq, archive, images):
    """The join believes nobody: what is read must have its digest."""
    nested(archive, images)
    name = f"blobs/sha256/{oci_image.bare(images[1].digest)}"
    archive.blobs[name] = images[0].manifest
    archive.list = [listing(images[0], [NAME])]
    scanreq("inspect", "--platform", "linux/arm64", archive.write()).fails(7, images[1].digest)
    archive.blobs[f"blobs/sha256/{oci_image.bare(archive.tops[0]['digest'])}"] = index_of(
        images[0].describe(platform=ARM64))
    scanreq("inspect", archive.write()).fails(7, "not what was asked for", "do not use")


def test_layers_of_two_lists(scanreq, archive, images):
    """The same config with other layers: the two are not one image to every reader."""
    nested(archive, images)
    other = listing(images[0], [NAME])
    other["Layers"] = other["Layers"][::-1][:2]
    archive.list = [other]
    scanreq("inspect", archive.write()).fails(3, "several images", "@0", "@1")
    archive.tops = [images[0].describe(annotations=named(NAME))]
    result = scanreq.json("inspect", archive.write())
    assert result["manifest_digest"] is None
    assert any("other layers in index.json" in warning for warning in result["warnings"])


def test_verified_layers_of_two_lists(scanreq, archive, images):
    """Layers that manifest.json names in its own way must be those of the manifest."""
    nested(archive, images)
    entry = listing(images[0], [NAME])
    data = archive.blobs[entry["Layers"][0]]
    archive.list = [{**entry, "Layers": ["first.tar", *entry["Layers"][1:]]}]
    for first, status in ((data, 0), (bytes(len(data)), 7)):
        archive.extra = {"first.tar": first}
        path = archive.write()
        for options in ((), ("--platform", "linux/amd64")):
            done = scanreq("inspect", "--verify-layers", *options, path)
            assert done.status == status, done.stderr
            assert status == 0 or "layer 0" in done.stderr
        scanreq("inspect", "--verify-layers", "--platform", "linux/arm64", path).ok()


# --- docker's own manifest --------------------------------------------------------------

@pytest.mark.parametrize("scheme", ["", "oci-archive:", "docker-archive:"])
@pytest.mark.parametrize("mark", ["LayerSources", "repositories"])
def test_manifest_made_by_saving(scanreq, tmp_path, sources, mark, scheme):
    """By whichever form it is read: its digest exists in no registry."""
    data, manifest = oci_image.docker_save_with_index([NAME], sources.made_image, True)
    members = saved_reader.unpack(data)
    if mark == "repositories":
        (entry,) = json.loads(members["manifest.json"])
        del entry["LayerSources"]
        members["manifest.json"] = oci_image.to_json([entry])
        members["repositories"] = b"{}"
    path = tmp_path / "saved.tar"
    path.write_bytes(oci_image.tar_of(members))
    result = scanreq.json("inspect", f"{scheme}{path}")
    assert result["archive_manifest_digest"] == oci_image.sha256(manifest)
    assert result["manifest_digest"] is None
    assert result["request"]["Digest"] is None


# --- other readers ----------------------------------------------------------------------

def test_skopeo_agrees(scanreq, archive, tmp_path, images):
    """skopeo packs the index, docker's list is added: both of its readers are agreed with."""
    index = oci_image.make_index(attestation=True)
    layout = oci_image.write_layout(tmp_path / "made", index)
    registries.skopeo("copy", "--all", layout, f"oci-archive:{tmp_path / 'packed.tar'}:{NAME}")
    subprocess.run(["tar", "-xf", "packed.tar", "--one-top-level=members"], cwd=tmp_path,
                   check=True)
    members = {str(path.relative_to(tmp_path / "members")): path.read_bytes()
               for path in (tmp_path / "members").rglob("*") if path.is_file()}
    amd64 = index.images["linux/amd64"]
    members["manifest.json"] = oci_image.to_json([listing(amd64, [NAME])])
    path = tmp_path / "both.tar"
    path.write_bytes(oci_image.tar_of(members))
    for architecture, scheme in (("amd64", "oci-archive"), ("arm64", "oci-archive"),
                                 ("amd64", "docker-archive")):
        config = registries.skopeo("--override-arch", architecture, "inspect", "--config",
                                   "--raw", f"{scheme}:{path}")
        for name in (path, f"{scheme}:{path}"):
            result = scanreq.json("inspect", "--platform", f"linux/{architecture}", name)
            assert result["config_digest"] == oci_image.sha256(config)
