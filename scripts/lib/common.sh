# SPDX-License-Identifier: GPL-2.0
# Shared by all scripts: paths, messages, progress, stamps. Sourced, not run.
# shellcheck shell=bash disable=SC2034

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
SCRIPTS=$ROOT/scripts
# What the commands in scripts/ call, and data
LIB=$SCRIPTS/lib
BUILD=$ROOT/build
# The patched kernel tree: tag base, branch containers.
TREE=$BUILD/tree
# A link to the bare repository in the cache that holds the base.
BASE_REPO=$BUILD/base.git
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/linux-containers
# The kernel version that the series is made for.
BASE_VERSION=7.3

export CCACHE_DIR=${CCACHE_DIR:-$CACHE/ccache}
export CCACHE_BASEDIR=$ROOT CCACHE_NOHASHDIR=1

say() { printf '%s\n' "$*"; }
step() { printf '== %s\n' "$*"; }
warn() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() {
	warn "$@"
	exit 1
}

# The comment block at the top of a script is its help.
help_if_asked() {
	case ${1-} in
	-h | --help)
		sed -n '3,/^[^#]/{/^#/s/^# \{0,1\}//p}' "$0"
		exit 0
		;;
	esac
}

bad_usage() {
	warn "$1"
	warn "see ${0##*/} --help"
	exit 2
}

# with_progress LOG REPORT COMMAND...: runs COMMAND with its output in LOG, and
# prints a line every 15 seconds until it ends; the function REPORT prints how
# far it is. Returns COMMAND's status.
with_progress() {
	local log=$1 report=$2 pid start=$SECONDS tick=0
	shift 2
	mkdir -p "$(dirname "$log")"
	"$@" >"$log" 2>&1 &
	pid=$!
	while kill -0 "$pid" 2>/dev/null; do
		sleep 0.2
		tick=$((tick + 1))
		if [ $((tick % 75)) -eq 0 ]; then
			say "   $((SECONDS - start)) s: $("$report" "$log")"
		fi
	done
	wait "$pid"
}

last_line() { tail -n 1 "$1" | tr -d '\r' | cut -c1-70; }

# Git with the user's own settings left out, so that what it writes does not
# depend on them. It never takes a lock that it can do without.
git_plain() {
	GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_OPTIONAL_LOCKS=0 \
		git -c core.abbrev=12 -c advice.detachedHead=false \
		-c init.defaultBranch=containers "$@"
}

# One hash for what a git work tree holds: its commit and all changes to it.
tree_state() {
	{
		git_plain -C "$1" rev-parse 'HEAD^{tree}'
		git_plain -C "$1" diff --no-ext-diff HEAD
		git_plain -C "$1" ls-files -z --others --exclude-standard |
			(cd "$1" && xargs -0 -r sha256sum)
	} | sha256sum | cut -d' ' -f1
}

# series_patches SERIES [PART]: its patch files in their order, without comments;
# a part begins with a comment "# Part N: TITLE".
series_patches() {
	awk -v only="${2-}" '
		/^# Part [0-9]+:/ { part = $3 + 0 }
		!/^[ \t]*(#|$)/ && (only == "" || part == only)' "$1"
}
series_parts() { sed -n 's/^# Part \([0-9]*\):.*/\1/p' "$1"; }

# A stamp file says for which inputs a step was last done.
stamp_is() { [ "$(cat "$1" 2>/dev/null)" = "$2" ]; }
stamp_set() { printf '%s\n' "$2" >"$1"; }

# Adds up lines "N passed, N failed"; fails where there is a failure or nothing.
sum_counts() {
	awk '/^[0-9]+ passed, [0-9]+ failed$/ { passed += $1; failed += $3 }
		END {
			printf "%d passed, %d failed\n", passed, failed
			exit failed > 0 || passed == 0
		}'
}

# The suite of this machine, and its archive in apt's own configuration: "SUITE URL".
find_archive() {
	local codename suite archive
	codename=$(. /etc/os-release && say "${VERSION_CODENAME-}")
	for suite in "$codename" stable testing unstable sid; do
		# shellcheck disable=SC2016 # apt-get expands it
		archive=$(apt-get indextargets --format '$(COMPONENT) $(RELEASE) $(REPO_URI)' \
			'Created-By: Packages' 2>/dev/null |
			awk -v release="$suite" \
				'$1 == "main" && $2 == release && !n++ { print $3 }') || true
		if [ -n "$archive" ]; then
			say "$suite $archive"
			return
		fi
	done
	return 1
}

# bootstrap SUITE ARCHIVE TARGET OPTION...: mmdebstrap, which gets to the archive as
# apt does here; the target does not keep that.
bootstrap() {
	local suite=$1 archive=$2 target=$3 option options=()
	shift 3
	while IFS= read -r option; do
		options+=("--aptopt=$option")
	done < <(apt-config dump | grep -E '^Acquire::(https?::|Check-Valid-Until)')
	mmdebstrap --aptopt='Acquire::Languages "none"' "${options[@]}" "$@" \
		"$suite" "$target" \
		"deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $archive $suite main"
}

# copy_of_tree DIR REF: REF of the patched tree, checked out in a tree of its own
# that may be changed at will; what was changed there before is gone.
copy_of_tree() {
	[ -e "$1/.git" ] || git_plain clone -q --shared --no-checkout "$TREE" "$1"
	git_plain -C "$1" fetch -q "$TREE" "$2"
	git_plain -C "$1" checkout -q -f --detach FETCH_HEAD
}

# Everything up to the patched tree. Work in the tree that is not in the series
# is what its owner wants to have built.
prepare_tree() {
	local status=0
	"$SCRIPTS/setup"
	"$SCRIPTS/fetch-base"
	"$SCRIPTS/series-to-tree" || status=$?
	case $status in
	0) ;;
	3) warn "using build/tree as it is" ;;
	*) exit "$status" ;;
	esac
}
