package io.conntracksync.e2e.bed;

import java.nio.file.Path;
import java.util.UUID;

/**
 * libvirt's description of the guest: emulated (no KVM needed), no disk, its kernel and file system
 * loaded directly, one network card on its bridge.
 *
 * @param name {@code <namespace>_<vm>}, as KubeVirt names domains
 */
record DomainXml(String name, UUID uuid, Path kernel, Path image, Binding binding) {

  String text() {
    return """
    <domain type='qemu'>
      <name>%1$s</name>
      <uuid>%2$s</uuid>
      <memory unit='MiB'>128</memory>
      <vcpu>1</vcpu>
      <os>
        <type arch='x86_64' machine='pc'>hvm</type>
        <kernel>%3$s</kernel>
        <initrd>%4$s</initrd>
        <cmdline>console=ttyS0 quiet panic=-1</cmdline>
      </os>
      <features><acpi/></features>
      <cpu mode='custom' match='exact'><model>qemu64</model></cpu>
      <devices>
        <interface type='bridge'>
          <source bridge='%5$s'/>
          <mac address='%6$s'/>
          <model type='virtio'/>
        </interface>
        <serial type='file'><source path='/var/log/libvirt/%1$s-console.log'/></serial>
        <memballoon model='none'/>
      </devices>
    </domain>
    """
        .formatted(name, uuid, kernel, image, binding.bridge(), Plan.GUEST_MAC);
  }
}
