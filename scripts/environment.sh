# Sourced by scripts/serve and scripts/test, from the checkout's root: keeps .venv.
#
# Plain sh and what a fresh machine has. The function to call is `ensure_environment
# EXTRA`, with EXTRA empty or the name of an extra in pyproject.toml.

fail() {
    echo "${0##*/}: $*" >&2
    exit 1
}

# Prints the path of a Python that is new enough. Each candidate is run, for a version
# manager may put names on PATH that only say "not found". The unversioned name comes
# first: where it will do, it is the one that the user chose.
find_python() {
    for candidate in python3 python3.13 python3.12 python3.11; do
        "$candidate" -c '
import sys
if sys.version_info < (3, 11):
    sys.exit(1)
print(sys.executable)' 2>/dev/null && return
    done
    return 1
}

make_venv() {
    python=$(find_python) || fail "needs Python 3.11 or newer, but python3 is: $(
        python3 --version 2>&1 | head -n 1)"
    echo "Making .venv with $python"
    rm -rf .venv
    if command -v uv >/dev/null; then
        uv venv --quiet --no-project --python "$python" .venv && return
    else
        "$python" -m venv .venv && return
        # Debian keeps ensurepip in a package of its own; the failed attempt said so.
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
            echo "Installing Debian's python3-venv"
            apt_install python3-venv && "$python" -m venv --clear .venv && return
        fi
    fi
    rm -rf .venv
    fail "$python could not make .venv, see above"
}

apt_install() {
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y "$@"
}

install_project() { # editable, so that the next `git pull` needs no second install
    if command -v uv >/dev/null; then
        uv pip install --quiet --python .venv/bin/python --editable "$1"
    else
        .venv/bin/python -m pip install --quiet --disable-pip-version-check \
            --editable "$1"
    fi
}

ensure_environment() {
    extra=$1
    stamp=.venv/panel_cam-${extra:-core}.stamp
    # A venv names its own place in its files: in a moved checkout it is of no use.
    if ! .venv/bin/python -c '' 2>/dev/null ||
        [ "$(cat .venv/panel_cam-root 2>/dev/null)" != "$(pwd -P)" ]; then
        make_venv
        pwd -P >.venv/panel_cam-root
    fi
    wanted=$(cksum <pyproject.toml)
    [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ] || return 0
    echo "Installing panel_cam${extra:+ with [$extra]} into .venv (minutes, once)"
    install_project ".${extra:+[$extra]}" || fail "the installation failed, see above"
    echo "$wanted" >"$stamp"
    echo "$wanted" >.venv/panel_cam-core.stamp # every extra has the core in it
}
