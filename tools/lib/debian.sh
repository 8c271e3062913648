# shellcheck shell=bash
# For scripts that make a Debian root of their own. To be sourced after common.sh.

as_root() { if ((EUID == 0)); then "$@"; else sudo "$@"; fi; }

# debian_mirror: where this machine gets Debian from; nothing where it gets it from nowhere.
debian_mirror() {
    local file
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list; do
        [[ -r $file ]] || continue
        sed -n 's/^URIs: *\([^ ]*\).*/\1/p; s/^deb \(\[[^]]*\] \)\?\([^ ]*\).*/\2/p' "$file"
    done | { grep -v security || true; } | { grep debian || true; } | sed -n 1p
}
