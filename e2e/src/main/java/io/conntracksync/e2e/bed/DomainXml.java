package io.conntracksync.e2e.bed;

import java.util.UUID;

/**
 * libvirt's description of the guest: emulated (no KVM needed), no disk, its kernel and file system
 * loaded directly, one network card on its bridge.
 *
 * @param name {@code <namespace>_<vm>}, as KubeVirt names domains
 */
record DomainXml(String name, UUID uuid, GuestFiles files, Binding binding) {

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
        %5$s
          <mac address='%6$s'/>
          <model type='virtio'/>
        </interface>
        <serial type='file'><source path='%7$s/%1$s-console.log'/></serial>
        <memballoon model='none'/>
      </devices>
    </domain>
    """
        .formatted(
            name,
            uuid,
            files.kernel(),
            files.image(),
            networkCard(),
            Plan.GUEST_MAC,
            files.consoles());
  }

  /** The beginning of the element: what it is connected to. */
  private String networkCard() {
    return binding
        .tap()
        .map(tap -> "<interface type='ethernet'><target dev='%s' managed='no'/>".formatted(tap))
        .orElseGet(
            () -> "<interface type='bridge'><source bridge='%s'/>".formatted(binding.bridge()));
  }
}
