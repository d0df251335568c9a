#!/usr/bin/env bash
# guest.sh IMAGE SHARED SECONDS: boots IMAGE in QEMU with the folder SHARED as its /lab, runs SHARED/in/*.sh, and powers off. Nothing is
# written to the image. Exit status: that of the last script; 124 if it did not end in SECONDS.
set -euo pipefail
image=$LAB/img/$1 shared=$2 limit=$3
mkdir -p "$shared/out"
rm -f "$shared"/out/* "$shared/in/stop"
common=(-smp 2 -m 2048 -nographic -nodefaults -no-reboot -nic none -monitor none -serial "file:$shared/console.log"
    -kernel "$image/vmlinuz" -initrd "$image/initrd"
    -drive "file=$image/root.ext4,format=raw,if=none,id=d,snapshot=on,cache=unsafe" -device virtio-blk-pci,drive=d
    -fsdev "local,id=l,path=$shared,security_model=none" -device virtio-9p-pci,fsdev=l,mount_tag=lab -device virtio-rng-pci)
case $1 in
    arm64*) machine=(qemu-system-aarch64 -machine virt,gic-version=3 -accel tcg,thread=multi -cpu max,pauth=off) console=ttyAMA0 ;;
    # With thread=multi, code that HotSpot compiled crashed, with and without the agent: x86-64's memory order is stronger than TCG's.
    *) machine=(qemu-system-x86_64 -machine q35 -accel tcg,thread=single -cpu Nehalem) console=ttyS0 ;;
esac
nice "${machine[@]}" "${common[@]}" -append "root=/dev/vda rw console=$console quiet mitigations=off systemd.show_status=0" >"$shared/qemu.log" 2>&1 &
qemu=$!
trap 'kill "$qemu" 2>/dev/null || true' EXIT
begun=$EPOCHSECONDS
await() { # await FILE: until the guest writes it
    until [ -e "$1" ]; do
        kill -0 "$qemu" 2>/dev/null || { cat "$shared/qemu.log" && tail -5 "$shared/console.log" && echo "QEMU ended" && exit 1; }
        [ $((EPOCHSECONDS - begun)) -lt "$limit" ] || { echo "no end within $limit s" && exit 124; }
        sleep 1
    done
}
await "$shared/out/booted"
echo "booted in $((EPOCHSECONDS - begun)) s"
status=0
for script in "$shared"/in/*.sh; do
    name=$(basename "$script" .sh)
    await "$shared/out/$name.rc"
    status=$(cat "$shared/out/$name.rc")
done
touch "$shared/in/stop"
for _ in $(seq 60); do kill -0 "$qemu" 2>/dev/null || break; sleep 1; done
exit "$status"
