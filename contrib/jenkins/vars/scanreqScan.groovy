// SPDX-License-Identifier: MIT
// scanreqScan(image: 'registry/name:tag', region: 'cn-hangzhou')
// scanreqScan(from: 'build.json', region: 'cn-hangzhou')
// Files the scan request and returns the JSON document. The script is in single quotes:
// values reach the shell as variables, never as text of the script.
def call(Map args = [:]) {
    int status = 0
    def keys = usernamePassword(
        credentialsId: args.keyCredentials ?: 'scanreq-access-key',
        usernameVariable: 'ALIBABA_CLOUD_ACCESS_KEY_ID',
        passwordVariable: 'ALIBABA_CLOUD_ACCESS_KEY_SECRET')
    def token = string(
        credentialsId: args.tokenCredentials ?: 'scanreq-token', variable: 'SCANREQ_TOKEN')
    withCredentials([keys, token]) {
        withEnv([
            "SCANREQ_REGION=${args.region ?: ''}",
            "SCAN_IMAGE=${args.image ?: ''}",
            "SCAN_FROM=${args.from ?: ''}",
            "SCAN_TOOL_URL=${args.toolUrl ?: ''}",
            "SCAN_TOOL_VERSION=${args.toolVersion ?: '0.1.0'}",
            "SCAN_TOOL_SHA256=${args.toolSha256 ?: ''}",
            'ALIBABA_CLOUD_ECS_METADATA_DISABLED=true',
        ]) {
            status = sh(returnStatus: true, label: 'scanreq', script: '''
                set -eu
                # Where scanreq is not installed: the static file that was meant, or none.
                if [ -n "${SCAN_TOOL_URL-}" ]; then
                    case $(uname -m) in
                        (x86_64) machine=linux-amd64 ;;
                        (aarch64) machine=linux-arm64 ;;
                        (*) machine=linux-$(uname -m) ;;
                    esac
                    tools=${SCAN_TOOL_DIR:-$(mktemp -d)}
                    file=$SCAN_TOOL_URL/scanreq-$SCAN_TOOL_VERSION-$machine
                    if command -v curl >/dev/null; then
                        curl -fsSL --retry 3 -o "$tools/scanreq" "$file"
                    else
                        wget -q -O "$tools/scanreq" "$file"
                    fi
                    echo "$SCAN_TOOL_SHA256  $tools/scanreq" | sha256sum -c - >&2
                    chmod 755 "$tools/scanreq"
                    PATH=$tools:$PATH
                fi
                rm -f scanreq.json
                set -- -o text -o json=scanreq.json
                if [ -n "$SCAN_FROM" ]; then
                    set -- "$@" --from "$SCAN_FROM"
                fi
                if [ -n "$SCAN_IMAGE" ]; then
                    set -- "$@" -- "$SCAN_IMAGE"
                fi
                exec scanreq submit "$@"
            ''')
        }
    }
    if (!fileExists('scanreq.json')) {
        error("scanreq: usage or configuration, exit status ${status}")
    }
    archiveArtifacts(artifacts: 'scanreq.json')
    if (status == 5) {
        unstable('scanreq: the registry or the service could not be reached')
    } else if (status == 9) {
        error('scanreq: the task was opened, but not all of it was seen or written: do not repeat')
    } else if (status == 11) {
        error('scanreq: the outcome is unknown; a task may exist: look before you repeat')
    } else if (status != 0) {
        error("scanreq: exit status ${status}")
    }
    return readJSON(file: 'scanreq.json')
}
