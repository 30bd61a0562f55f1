package io.conntracksync.e2e.bed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.nio.file.Path;
import java.util.UUID;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

final class DomainXmlTest {
  private static final DomainXml XML =
      new DomainXml(
          "default_vm",
          UUID.fromString("11111111-2222-3333-4444-555555555555"),
          new GuestFiles(
              Path.of("/cache/vmlinuz"), Path.of("/bed/guest.img"), Path.of("/var/log/libvirt")),
          Binding.BRIDGE);

  private final XPath xpath = XPathFactory.newInstance().newXPath();

  @ParameterizedTest
  @CsvSource({
    "/domain/@type, qemu",
    "/domain/name, default_vm",
    "/domain/uuid, 11111111-2222-3333-4444-555555555555",
    "/domain/os/kernel, /cache/vmlinuz",
    "/domain/os/initrd, /bed/guest.img",
    "//interface/source/@bridge, vmbr",
    "//interface/mac/@address, 02:00:00:00:01:00",
    "//serial/source/@path, /var/log/libvirt/default_vm-console.log",
    "count(//disk), 0",
  })
  void describesTheGuest(String path, String value) throws Exception {
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(XML.text())));

    assertThat(xpath.evaluate(path, document)).isEqualTo(value);
  }
}
