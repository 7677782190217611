# Sourced by the other scripts: where things are, and the set-up of a machine.
# Only Debian and Ubuntu are set up automatically; elsewhere the missing
# programs are named.
set -euo pipefail
# A relative folder is meant from where it was typed; tests run elsewhere.
case "${CLAVIGER_CACHE:-}" in '' | /*) ;; *) export CLAVIGER_CACHE="$PWD/$CLAVIGER_CACHE" ;; esac
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# FYNE_TAGS opts in to Fyne's new thread model (FyneApp.toml says the same).
FYNE_TAGS=migrated_fynedo
# STRIPPED links without what only a debugger reads, which takes a while.
STRIPPED='-s -w'
CACHE="${CLAVIGER_CACHE:-$PWD/.cache}"
GOLANGCI_VERSION=v2.15.0
GOFUMPT_VERSION=v0.12.0
GREMLINS_VERSION=v0.6.0
OIDC_PROVIDER_VERSION=9.13.3
OAUTH2_MOCK_SERVER_VERSION=9.3.0
NODE_VERSION=22.23.3
AGE_VERSION=v1.3.2
export PATH="$CACHE/bin:$PATH"
export GOFLAGS="${GOFLAGS:--buildvcs=false}"

# clock is how long script/test has run, as 4:05.
clock() { local s=$(($(date +%s) - CLAVIGER_BEGUN)); printf '%d:%02d' $((s / 60)) $((s % 60)); }
say() { printf '\n== %s%s\n' "${CLAVIGER_BEGUN:+$(clock)  }" "$*" >&2; }
die() { printf 'claviger: %s\n' "$*" >&2; exit 1; }

# quietly LOG COMMAND… runs a command with its output in a file, and shows the
# end of it, without addresses, when it fails.
quietly() {
	local log="$CACHE/log/$1.log"; shift
	mkdir -p "$CACHE/log"
	if ! "$@" >"$log" 2>&1 </dev/null; then
		tail -n 25 "$log" | sed -E 's#https?://[^ "]+#(address)#g' >&2
		return 1
	fi
}

# attend JOB waits for a background job and says every half minute that it runs.
attend() {
	local seconds=0
	while kill -0 "$1" 2>/dev/null; do
		sleep 1
		seconds=$((seconds + 1))
		if [ $((seconds % 30)) = 0 ]; then printf '   %s  …    still at it\n' "$(clock)" >&2; fi
	done
	wait "$1"
}

# alive COMMAND… runs a command in that way.
alive() {
	"$@" &
	attend $!
}

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# package_lists has the distribution's lists brought up to date, once.
lists=
package_lists() {
	[ -z "$lists" ] || return 0
	quietly apt-update as_root apt-get update || die "apt-get update failed"
	lists=new
}

# need_packages PACKAGE… installs the system packages that are missing.
need_packages() {
	command -v dpkg-query >/dev/null || return 0
	local missing=() p
	for p in "$@"; do
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null)" = installed ] || missing+=("$p")
	done
	[ ${#missing[@]} = 0 ] && return 0
	say "installing ${#missing[@]} system packages: ${missing[*]}"
	package_lists
	local hasty=()
	# A machine of CI is thrown away: nothing need survive a power cut at this moment.
	if [ "${CI:-}" = true ]; then hasty=(-o Dpkg::Options::=--force-unsafe-io); fi
	quietly apt-install as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get install -y --no-install-recommends "${hasty[@]}" "${missing[@]}" ||
		die "could not install: ${missing[*]}"
}

need_go() {
	command -v go >/dev/null || die "Go is missing: install Go 1.26 or newer, then run this again"
}

# The C parts of Fyne.
BUILD_PACKAGES=(gcc pkg-config libgl1-mesa-dev xorg-dev libwayland-dev libxkbcommon-dev)
# A display, a window manager, a keyboard, a browser, a keyring, a camera.
TEST_PACKAGES=(xvfb openbox xdotool x11-utils xclip chromium gnome-keyring dbus dbus-x11 libgl1-mesa-dri fonts-noto-core fonts-vlgothic imagemagick tesseract-ocr tesseract-ocr-eng zbar-tools procps)

# tool MODULE VERSION installs a Go program into the cache, once a version.
tool() {
	local name="${1##*/}" mark="$CACHE/bin/.${1##*/}-$2"
	[ -e "$mark" ] && return 0
	say "building $name $2"
	mkdir -p "$CACHE/bin"
	# Without cgo they share what they are made of with the static program.
	CGO_ENABLED=0 GOBIN="$CACHE/bin" GOFLAGS= quietly "$name" go install -ldflags "$STRIPPED" "$1@$2" || die "could not build $name"
	touch "$mark"
}

# foreign_provider installs the certified npm oidc-provider and oauth2-mock-server
# into the cache, with a Node.js that they run on: Debian's is older. Where that
# cannot be, their tests are left out.
foreign_provider() {
	local dir="$CACHE/npm" arch mark
	case "$(uname -m)" in
	x86_64) arch=x64 ;;
	aarch64) arch=arm64 ;;
	*) say "no Node.js package for $(uname -m)"; return 0 ;;
	esac
	mark="$dir/.oidc-provider-$OIDC_PROVIDER_VERSION-mock-$OAUTH2_MOCK_SERVER_VERSION-node-$NODE_VERSION"
	if [ -e "$mark" ]; then
		export CLAVIGER_NPM="$dir" CLAVIGER_NODE="$dir/node_modules/node-linux-$arch/bin/node"
		return 0
	fi
	command -v npm >/dev/null || need_packages nodejs npm
	command -v npm >/dev/null || { say "no npm on this machine"; return 0; }
	say "installing oidc-provider $OIDC_PROVIDER_VERSION, oauth2-mock-server $OAUTH2_MOCK_SERVER_VERSION"
	mkdir -p "$dir"
	quietly npm npm install --prefix "$dir" --no-package-lock --no-audit --no-fund --ignore-scripts \
		"oidc-provider@$OIDC_PROVIDER_VERSION" "oauth2-mock-server@$OAUTH2_MOCK_SERVER_VERSION" \
		"node-linux-$arch@$NODE_VERSION" || die "could not install oidc-provider and oauth2-mock-server"
	touch "$mark"
	foreign_provider
}

# unpack FOLDER PROGRAM PACKAGE… unpacks packages of the distribution into a folder of
# the cache, once, without installing them: some start a server as soon as they are.
unpack() {
	local dir="$CACHE/$1" program="$2" name="$1" part
	shift 2
	[ -x "$dir/$program" ] && return 0
	say "unpacking $*"
	rm -rf "$dir.new" "$dir"
	mkdir -p "$dir.new"
	(cd "$dir.new" && quietly "$name" apt-get download "$@") || die "could not download: $*"
	for part in "$dir.new"/*.deb; do dpkg-deb -x "$part" "$dir.new"; done
	mv "$dir.new" "$dir"
}

# packaged PACKAGE reports whether the distribution has a package.
packaged() {
	if ! command -v apt-get >/dev/null; then
		say "$1 is set up on Debian and Ubuntu only"
		return 1
	fi
	if ! apt-cache show "$1" >/dev/null 2>&1; then
		package_lists
		apt-cache show "$1" >/dev/null 2>&1 || { say "this system has no package $1: on Ubuntu, enable universe"; return 1; }
	fi
}

# glewlwyd_server unpacks Glewlwyd, whose package would start a server with a
# well-known password, and installs the libraries that it needs.
glewlwyd_server() {
	packaged glewlwyd || return 0
	# shellcheck disable=SC2046 # one word a package
	need_packages $(apt-cache depends glewlwyd | awk '$1 == "Depends:" && $2 ~ /^(lib|zlib|sqlite3)/ { print $2 }')
	export CLAVIGER_GLEWLWYD="$CACHE/glewlwyd"
	unpack glewlwyd usr/bin/glewlwyd glewlwyd glewlwyd-common
}

# notification_service unpacks dunst, whose package would have every session start it,
# and installs the libraries that it needs.
notification_service() {
	packaged dunst || return 0
	# shellcheck disable=SC2046 # one word a package
	need_packages xvfb $(apt-cache depends dunst | awk '$1 == "Depends:" && $2 ~ /^lib/ { print $2 }')
	export CLAVIGER_DUNST="$CACHE/dunst"
	unpack dunst usr/bin/dunst dunst
}

# file_portal unpacks GTK's portal, which every session would start else, and installs
# the libraries that it needs.
file_portal() {
	packaged xdg-desktop-portal-gtk || return 0
	# shellcheck disable=SC2046 # one word a package
	need_packages gsettings-desktop-schemas $(apt-cache depends xdg-desktop-portal xdg-desktop-portal-gtk | awk '$1 == "Depends:" && $2 ~ /^lib/ { print $2 }' | sort -u)
	export CLAVIGER_PORTAL="$CACHE/portal"
	unpack portal usr/libexec/xdg-desktop-portal xdg-desktop-portal xdg-desktop-portal-gtk
}

# ssh_server unpacks OpenSSH's server, whose package would start it for everyone, and
# what lets it run without a system user of its own.
ssh_server() {
	packaged openssh-server || return 0
	need_packages openssh-client
	export CLAVIGER_SSHD="$CACHE/sshd"
	unpack sshd usr/sbin/sshd openssh-server libwrap0 libnss-wrapper
}
