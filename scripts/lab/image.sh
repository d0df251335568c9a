#!/usr/bin/env bash
# image.sh NAME SUITE ARCH PACKAGE...: a Debian made by mmdebstrap below $LAB/root/NAME and, if PACKAGEs have a kernel, an image that QEMU
# boots below $LAB/img/NAME. Does nothing if it is there. lab.sh calls it.
set -euo pipefail
name=$1 suite=$2 arch=$3
shift 3
root=$LAB/root/$name
[ ! -e "$root.made" ] || exit 0
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' 'Component: main' | head -1)
[ -n "$mirror" ] || { echo "apt here knows no mirror of Debian" && exit 77; }
mkdir -p "$LAB/root" "$LAB/img" "$LAB/log"
log=$LAB/log/image-$name.log
begun=$EPOCHSECONDS
kernel=
case " $*" in *" linux-image-"*) kernel=systemd-sysv,udev,dbus,kmod,initramfs-tools, ;; esac
packages=$(IFS=, && echo "${kernel}procps,util-linux,strace,gcc,libc6-dev,make,$*")
proxy=()
while read -r line; do proxy+=(--aptopt="$line"); done < <(apt-config dump | grep -i '^Acquire::[a-z:]*proxy')
# In a mount namespace of its own: mounts of a build that was killed vanish with it.
rm -rf --one-file-system "$root"
unshare -m --propagation private nice mmdebstrap --mode=root --variant=minbase --architectures="$arch" \
    --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Check-Valid-Until "false"' ${proxy[@]+"${proxy[@]}"} \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --essential-hook='mkdir -p "$1/usr/share/man/man1" "$1/etc/initramfs-tools/conf.d" "$1/usr/share/initramfs-tools/modules.d"
        # The JRE packages need man1. The initrd has what the guest boots from, and nothing else: it is unpacked by an emulated processor.
        echo MODULES=list >"$1/etc/initramfs-tools/conf.d/lab"
        echo COMPRESS=gzip >>"$1/etc/initramfs-tools/conf.d/lab"
        printf "%s\n" virtio_pci virtio_blk ext4 9p 9pnet_virtio crc32c_generic >"$1/usr/share/initramfs-tools/modules.d/lab"
        printf "%s\n" virtio_pci virtio_blk ext4 9p 9pnet_virtio >"$1/etc/initramfs-tools/modules"' \
    --include="$packages" "$suite" "$root" "$mirror" >"$log" 2>&1 || {
    tail -3 "$log"
    echo "mmdebstrap could not make it; see $log"
    exit 77
}
grep -q ^lab: "$root/etc/passwd" || {
    echo 'lab:x:1000:1000::/home/lab:/bin/bash' >>"$root/etc/passwd"
    echo 'lab:x:1000:' >>"$root/etc/group"
}
mkdir -p "$root/home/lab" "$root/lab"
chown 1000:1000 "$root/home/lab"
[ -z "$kernel" ] || {
    # Commands come through a folder of the host: the guest has no network, and nothing to log in to.
    cat >"$root/usr/local/sbin/lab-commands" <<'END'
#!/bin/bash
# Runs each /lab/in/NAME.sh once, by name: output to /lab/out/NAME.out, exit status to NAME.rc. /lab/in/stop powers off.
export HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8
: >/lab/out/booted
until [ -e /lab/in/stop ]; do
    for script in /lab/in/*.sh; do
        name=$(basename "$script" .sh)
        [ -e "$script" ] && [ ! -e "/lab/out/$name.rc" ] || continue
        bash "$script" >"/lab/out/$name.out" 2>&1 </dev/null
        echo $? >"/lab/out/$name.rc.part"
        mv "/lab/out/$name.rc.part" "/lab/out/$name.rc"
    done
    sleep 0.3
done
sync
systemctl poweroff --force
END
    chmod +x "$root/usr/local/sbin/lab-commands"
    cat >"$root/etc/systemd/system/lab-commands.service" <<'END'
[Unit]
After=basic.target
[Service]
ExecStartPre=/bin/mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144,cache=none lab /lab
ExecStart=/usr/local/sbin/lab-commands
TasksMax=infinity
[Install]
WantedBy=multi-user.target
END
    units=$root/etc/systemd/system
    mkdir -p "$units/multi-user.target.wants"
    ln -sf ../lab-commands.service "$units/multi-user.target.wants/"
    for unit in apt-daily.timer apt-daily-upgrade.timer fstrim.timer e2scrub_all.timer dpkg-db-backup.timer motd-news.timer getty@tty1.service; do
        ln -sf /dev/null "$units/$unit"
    done
    echo lab >"$root/etc/hostname"
    : >"$root/etc/fstab"
    mkdir -p "$LAB/img/$name"
    release=$(basename "$root"/boot/vmlinu?-*)
    cp "$root/boot/$release" "$LAB/img/$name/vmlinuz"
    cp "$root/boot/initrd.img-${release#*-}" "$LAB/img/$name/initrd"
    rm -f "$LAB/img/$name/root.ext4"
    mke2fs -q -t ext4 -O ^has_journal -E lazy_itable_init=1,nodiscard -d "$root" "$LAB/img/$name/root.ext4" 3G
}
touch "$root.made"
echo "made $name: Debian $suite, $arch, $((EPOCHSECONDS - begun)) s"
