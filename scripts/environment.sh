# Sourced by scripts/* and .ci/run, from the checkout's root: keeps the environments.
#
# Plain sh and what a fresh machine has. The function to call is `ensure_environment
# EXTRA [PYTHON]`, with EXTRA empty or the name of an extra in pyproject.toml. It sets
# `python` to the interpreter of the environment: .venv, or .venv-3.13 where PYTHON, a
# path or a name on PATH, is a 3.13.

fail() {
    echo "${0##*/}: $*" >&2
    exit 1
}

# Prints the version and the path of a Python, or fails and says why it will not do.
# It is run to find out: a version manager may put names on PATH that only say "not
# found".
ask_python() {
    "$1" -c '
import sys
if sys.version_info < (3, 11):
    sys.exit("needs Python 3.11 or newer, this is %d.%d.%d" % sys.version_info[:3])
print("%d.%d %s" % (sys.version_info[0], sys.version_info[1], sys.executable))'
}

# Prints the path of a Python that is new enough. The unversioned name comes first:
# where it will do, it is the one that the user chose.
find_python() {
    for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
        answer=$(ask_python "$candidate" 2>/dev/null) && echo "${answer#* }" && return
    done
    return 1
}

# Prints the path of the newest Python that we support beside version $1, on PATH or of
# pyenv, whose names on PATH work for the versions only that are chosen there.
find_other_python() {
    for version in 3.14 3.13 3.12; do
        [ "$version" != "$1" ] || continue
        for candidate in "python$version" \
            "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*/bin/python; do
            answer=$(ask_python "$candidate" 2>/dev/null) || continue
            # A name may be another version's, a link for example.
            [ "${answer%% *}" != "$version" ] || { echo "${answer#* }" && return; }
        done
    done
    return 1
}

make_venv() {
    base=$1
    [ "$base" ] || base=$(find_python) ||
        fail "needs Python 3.11 or newer, but python3 is: $(
            python3 --version 2>&1 | head -n 1)"
    echo "Making $venv with $base"
    rm -rf "$venv"
    if command -v uv >/dev/null; then
        uv venv --quiet --no-project --python "$base" "$venv" && return
    else
        "$base" -m venv "$venv" && return
        # Debian keeps ensurepip in a package of its own; the failed attempt said so.
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
            echo "Installing Debian's python3-venv"
            apt_install python3-venv && "$base" -m venv --clear "$venv" && return
        fi
    fi
    rm -rf "$venv"
    fail "$base could not make $venv, see above"
}

apt_install() {
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y "$@"
}

# Runs a command. What it says is one line that changes, where somebody looks at a
# terminal, and nothing elsewhere; if it fails, all that it said, warnings too.
in_one_line() {
    said=$(mktemp)
    # The status goes round the pipe, which has only that of its last command.
    {
        "$@" 2>&1 || echo "$?" >"$said.status"
    } | while IFS= read -r line; do
        printf '%s\n' "$line" >>"$said"
        # Back to the line's start, as much as fits, and nothing of the one before.
        [ ! -t 1 ] || printf '\r%.78s\033[K' "${line##*[[:cntrl:]]}"
    done
    [ ! -t 1 ] || printf '\r\033[K'
    status=0
    if [ -e "$said.status" ]; then
        status=$(cat "$said.status")
        cat "$said" >&2
    fi
    rm -f "$said" "$said.status"
    return "$status"
}

install_project() { # editable, so that the next `git pull` needs no second install
    if command -v uv >/dev/null; then
        in_one_line uv pip install --python "$python" --editable "$1"
    else
        # Without its bar: its lines say what it is at.
        in_one_line "$python" -m pip install --progress-bar off \
            --disable-pip-version-check --editable "$1"
    fi
}

ensure_environment() {
    extra=$1
    named=${2:-}
    venv=.venv
    if [ "$named" ]; then # no other will do: a wrong name is an error
        command -v "$named" >/dev/null || fail "there is no $named"
        answer=$(ask_python "$named" 2>/dev/null) ||
            fail "$named: $(ask_python "$named" 2>&1 | head -n 1)"
        named=${answer#* }
        venv=.venv-${answer%% *}
    fi
    python=$venv/bin/python
    stamp=$venv/panel_cam-${extra:-core}.stamp
    # A venv names its own place in its files: in a moved checkout it is of no use.
    place="$(pwd -P)${named:+ $named}"
    if ! "$python" -c '' 2>/dev/null ||
        [ "$(cat "$venv/panel_cam-root" 2>/dev/null)" != "$place" ]; then
        make_venv "$named"
        echo "$place" >"$venv/panel_cam-root"
    fi
    wanted=$(cksum <pyproject.toml)
    [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ] || return 0
    echo "Installing panel_cam${extra:+ with [$extra]} into $venv (minutes, once)"
    install_project ".${extra:+[$extra]}" || fail "the installation failed, see above"
    echo "$wanted" >"$stamp"
    echo "$wanted" >"$venv/panel_cam-core.stamp" # every extra has the core in it
}
