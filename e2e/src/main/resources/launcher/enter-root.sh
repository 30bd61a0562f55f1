# Makes the folder $1 the root of this process and of those that it becomes: what a container runtime does for the
# container "compute" of a launcher pod. To be run as the first process of new mount and pid namespaces.
# $2 has the pod's volumes, $3 is what libvirt remembers of QEMU; the rest is the command, run as user 107.
set -e
root=$1 volumes=$2 cache=$3
shift 3
mount --bind "$root" "$root"
cd "$root"
# The image's programs are the machine's.
mount --rbind /usr usr
mount -o remount,bind,ro usr
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t tmpfs -o mode=755 tmpfs dev
for device in null zero full random urandom; do
  touch "dev/$device"
  mount --bind "/dev/$device" "dev/$device"
done
# As KubeVirt's device plugin gives it, whatever the machine's own lets users do.
mkdir dev/net
mknod -m 666 dev/net/tun c 10 200
mount --bind "$volumes/public" run/kubevirt
mount --bind "$volumes/sockets" run/kubevirt/sockets
mount --bind "$volumes/private" run/kubevirt-private
mount --bind "$volumes/libvirt-runtime" run/libvirt
mount --bind "$volumes/ephemeral-disks" run/kubevirt-ephemeral-disks
mount --bind "$cache" var/cache
pivot_root . mnt
cd /
umount -l /mnt
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/var/run/kubevirt-private \
  XDG_CONFIG_HOME=/var/run/kubevirt-private XDG_CACHE_HOME=/var/cache XDG_RUNTIME_DIR=/var/run \
  LIBVIRT_LOCK_MANAGER_PLUGIN_DIR=/etc/libvirt/lock-driver \
  setpriv --pdeathsig KILL --reuid 107 --regid 107 --clear-groups --bounding-set=-all --no-new-privs "$@"
