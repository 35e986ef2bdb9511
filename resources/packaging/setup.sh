#!/bin/sh
# Create .venv from requirements.lock, and install (as root) or name (otherwise) the system libraries
# that Qt needs and a bare Debian or Ubuntu lacks. Called by make; silent when there is nothing to do.
#   setup.sh          for `make run`
#   setup.sh tests    adds a virtual screen where there is none, for `make test`
#   setup.sh bench    adds that and .venv-bench, with the peers of `make bench` and `make foreign`
set -eu
cd "$(dirname "$0")/../.."

say() { printf '%s\n' "nablascope: $*" >&2; }

install_or_name() { # packages...
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "installing $*"
        apt-get install -y -q --no-install-recommends "$@" >/dev/null 2>&1 && return 0
        apt-get update -q >/dev/null
        DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >/dev/null
    else
        say "please install the missing system packages, then run make again:"
        say "    sudo apt-get install $*"
        exit 3
    fi
}

find_python() {
    for name in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11; do
        [ -n "$name" ] && command -v "$name" >/dev/null || continue
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    say "Python 3.11 or newer is needed; set PYTHON=/path/to/python3"
    exit 3
}

install_locked() { # environment, its size, options of pip, locks...
    environment=$1 size=$2 options=$3
    shift 3
    ! cat "$@" | cmp -s - "$environment/.locked" || return 0
    python=$(find_python)
    if [ ! -x "$environment/bin/python" ] || ! "$environment/bin/python" -m pip --version >/dev/null 2>&1; then
        if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
            install_or_name "python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
        fi
        rm -rf "$environment"
        "$python" -m venv "$environment"
    fi
    say "installing the pinned packages into $environment (once; about $size)"
    # shellcheck disable=SC2046,SC2086
    "$environment/bin/python" -m pip install --quiet --disable-pip-version-check $options $(printf ' -r %s' "$@")
    cat "$@" >"$environment/.locked"
}

install_locked .venv "600 MB" --no-deps requirements.lock
# PyTorch is another build on each system, with dependencies of its own.
[ "${1:-}" != bench ] || install_locked .venv-bench "1.5 GB" "" requirements.lock resources/packaging/bench.lock
# So that the window opens as quickly the first time, and where Python may not write what it has compiled.
.venv/bin/python -m compileall -qq engine gui || true

case "$(uname -s)" in Linux) ;; *) exit 0 ;; esac
command -v dpkg >/dev/null || exit 0

missing=""
need() { missing="$missing $1"; } # a Debian package
has_library() { ldconfig -p 2>/dev/null | grep -q "$1" || /sbin/ldconfig -p 2>/dev/null | grep -q "$1"; }

has_library libEGL.so.1 || need libegl1
has_library libGL.so.1 || need libgl1
has_library libOpenGL.so.0 || need libopengl0
ls /usr/lib/*/dri/*_dri.so >/dev/null 2>&1 || need libgl1-mesa-dri
has_library libEGL_mesa.so.0 || need libegl-mesa0
has_library libGLX_mesa.so.0 || need libglx-mesa0
has_library libfontconfig.so.1 || need libfontconfig1
has_library libxkbcommon.so.0 || need libxkbcommon0
has_library libxkbcommon-x11.so.0 || need libxkbcommon-x11-0
has_library libdbus-1.so.3 || need libdbus-1-3
has_library libxcb-cursor.so.0 || need libxcb-cursor0
has_library libxcb-icccm.so.4 || need libxcb-icccm4
has_library libxcb-image.so.0 || need libxcb-image0
has_library libxcb-keysyms.so.1 || need libxcb-keysyms1
has_library libxcb-render-util.so.0 || need libxcb-render-util0
has_library libxcb-randr.so.0 || need libxcb-randr0
has_library libxcb-shape.so.0 || need libxcb-shape0
has_library libxcb-xinerama.so.0 || need libxcb-xinerama0
has_library libxcb-xkb.so.1 || need libxcb-xkb1
has_library libglib-2.0.so.0 || need "$(apt-cache show libglib2.0-0t64 >/dev/null 2>&1 && echo libglib2.0-0t64 || echo libglib2.0-0)"
if [ -n "${1:-}" ] && [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    command -v xvfb-run >/dev/null || need xvfb
    command -v xauth >/dev/null || need xauth
fi
# shellcheck disable=SC2086
[ -z "$missing" ] || install_or_name $missing
