#!/usr/bin/env bash
# kernel.sh IMAGE NEW PACKAGE ARCH: the image IMAGE under the kernel that the Debian package PACKAGE depends on, as the image NEW. lab.sh calls it.
set -euo pipefail
from=$LAB/img/$1 to=$LAB/img/$2 package=$3 root=$LAB/root/$1
[ ! -e "$to/made" ] || exit 0
mkdir -p "$to"
tree=$LAB/root/$2
rm -rf "$tree" && mkdir -p "$tree/deb"
# By the image's own apt, which knows the suite, the architecture and the mirror.
unshare -m --propagation private sh -euc '
    mount -t proc proc "$1/proc"
    cp /etc/resolv.conf "$1/etc/resolv.conf" 2>/dev/null || true
    exec chroot "$1" sh -euc "apt-get -o Acquire::Check-Valid-Until=false update -qq && mkdir -p /var/tmp/deb && cd /var/tmp/deb && rm -f *.deb &&
        real=\$(apt-cache depends \"\$0\" | sed -n \"s/^  Depends: \(linux-image-[0-9].*\)/\1/p\" | head -1) && apt-get download -qq \"\${real:-\$0}\"" "$2"
' sh "$root" "$package" >"$LAB/log/kernel-$2.log" 2>&1 || {
    tail -3 "$LAB/log/kernel-$2.log"
    echo "apt could not fetch $package; see $LAB/log/kernel-$2.log"
    exit 77
}
dpkg-deb -x "$root"/var/tmp/deb/linux-image-*.deb "$tree"
[ -d "$tree/lib/modules" ] || ln -s usr/lib "$tree/lib"
release=$(basename "$tree"/lib/modules/*)
cp "$tree/boot/vmlinuz-$release" "$to/vmlinuz"
ln -sf "../$1/root.ext4" "$to/root.ext4"
initrd=$(mktemp -d)
trap 'rm -rf "$initrd"' EXIT
modules=$initrd/usr/lib/modules
mkdir -p "$modules/$release"
ln -s usr/lib "$initrd/lib"
/sbin/depmod -b "$tree" "$release"
for module in virtio_pci virtio_blk ext4 9p 9pnet_virtio crc32c_generic virtio_rng; do
    { /sbin/modprobe -d "$tree" -S "$release" --show-depends "$module" 2>/dev/null || true; } | awk '$1 == "insmod" { print $2 }'
done | sort -u | while read -r file; do
    below=${file#*"/modules/$release/"}
    mkdir -p "$modules/$release/$(dirname "$below")"
    cp "$file" "$modules/$release/$below"
done
cp "$tree/lib/modules/$release"/modules.{order,builtin,builtin.modinfo} "$modules/$release/"
/sbin/depmod -b "$initrd" "$release"
# Of archives that follow each other the kernel unpacks all (Documentation/driver-api/early-userspace/buffer-format.rst).
{ cat "$from/initrd" && cd "$initrd" && find usr | cpio -o -H newc --quiet | gzip -1; } >"$to/initrd"
touch "$to/made"
echo "made $2: kernel $release"
