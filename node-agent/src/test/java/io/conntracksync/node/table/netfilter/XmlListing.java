package io.conntracksync.node.table.netfilter;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** A namespace's entries as conntrack-tools tell them in XML, which is nobody's code of ours. */
final class XmlListing {
  private static final String TIMEOUT = "independent/timeout";

  /** Chosen by the kernel that holds the entry. */
  private static final Set<String> ITS_OWN = Set.of("independent/id", "independent/use");

  private XmlListing() {}

  /**
   * One entry.
   *
   * @param fields path to text, such as {@code reply/layer4/sport}; all but the time left
   */
  record Told(Map<String, String> fields, int timeoutSeconds) {}

  /** All entries of both families, in an order that two tables have in common. */
  static List<Told> of(TestNamespace namespace) {
    List<Told> told = new ArrayList<>();
    for (String family : List.of("ipv4", "ipv6")) {
      // The count goes to standard error, which stands before the document.
      String output = namespace.exec("conntrack", "-L", "-o", "xml", "-f", family);
      int start = output.indexOf("<?xml");
      int end = output.indexOf("</conntrack>");
      if (start >= 0) {
        told.addAll(read(output.substring(start, end) + "</conntrack>"));
      }
    }
    told.sort(Comparator.comparing(each -> each.fields().toString()));
    return told;
  }

  private static List<Told> read(String xml) {
    List<Told> told = new ArrayList<>();
    NodeList flows = parse(xml).getElementsByTagName("flow");
    for (int i = 0; i < flows.getLength(); i++) {
      Map<String, String> fields = new TreeMap<>();
      collect("", (Element) flows.item(i), fields);
      fields.keySet().removeAll(ITS_OWN);
      String timeout = fields.remove(TIMEOUT);
      told.add(new Told(fields, timeout == null ? -1 : Integer.parseInt(timeout)));
    }
    return told;
  }

  private static void collect(String path, Element element, Map<String, String> fields) {
    for (Node child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
      if (child instanceof Element part) {
        String direction = part.getAttribute("direction");
        String name = direction.isEmpty() ? part.getTagName() : direction;
        String here = path.isEmpty() ? name : path + "/" + name;
        if (!part.getAttribute("protonum").isEmpty()) {
          fields.put(here + "@protonum", part.getAttribute("protonum"));
        }
        if (part.getElementsByTagName("*").getLength() == 0) {
          fields.put(here, part.getTextContent());
        }
        collect(here, part, fields);
      }
    }
  }

  private static Document parse(String xml) {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new InputSource(new StringReader(xml)));
    } catch (ParserConfigurationException | SAXException e) {
      throw new IllegalArgumentException(xml, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
