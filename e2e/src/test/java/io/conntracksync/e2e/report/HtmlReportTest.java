package io.conntracksync.e2e.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;

class HtmlReportTest {
  private static final Pattern TAG = Pattern.compile("<[a-zA-Z/!][^>]*>");
  private static final Pattern ID = Pattern.compile(" id=\"([^\"]*)\"");

  @Test
  void noTextEverBecomesATag() {
    int tags = tags(HtmlReport.of(SampleReport.full()));
    long seed = System.nanoTime();
    Random random = new Random(seed);

    for (int round = 0; round < 40; round++) {
      String text = hostile(random);

      String page = HtmlReport.of(SampleReport.of(24, 4, text));

      assertThat(tags(page)).as("seed %d, text %s", seed, text).isEqualTo(tags);
    }
  }

  @Test
  void aScriptInATextIsText() {
    String page = HtmlReport.of(SampleReport.of(2, 1, "<script>alert('\"&')</script>"));

    assertThat(page)
        .doesNotContain("<script")
        .contains("&lt;script&gt;alert(&#39;&quot;&amp;&#39;)&lt;/script&gt;");
  }

  @Test
  void thePageNeedsNothingFromElsewhere() {
    String page = HtmlReport.of(SampleReport.full());

    assertThat(page).doesNotContain("http://", "https://", "@import", "<script", "<img", "<link");
  }

  @Test
  void everyElementIsClosed() throws Exception {
    String page = HtmlReport.of(SampleReport.of(3, 1, "a < b & \"c\" \u0000 ä"));
    String xml = page.replaceFirst("<!DOCTYPE html>", "").replaceAll("<meta([^>]*)>", "<meta$1/>");

    var document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(
                new java.io.ByteArrayInputStream(
                    xml.getBytes(java.nio.charset.StandardCharsets.UTF_8)));

    assertThat(document.getDocumentElement().getTagName()).isEqualTo("html");
  }

  @Test
  void everyIdIsThereOnce() {
    Matcher matcher = ID.matcher(HtmlReport.of(SampleReport.full()));
    List<String> ids = new ArrayList<>();
    while (matcher.find()) {
      ids.add(matcher.group(1));
    }

    assertThat(ids).doesNotHaveDuplicates().hasSize(12);
  }

  @Test
  void everyPictureHasATitleAndADescription() {
    String page = HtmlReport.of(SampleReport.full());

    assertThat(page.split("role=\"img\"", -1)).hasSize(5);
    assertThat(page.split("<desc ", -1)).hasSize(5);
  }

  @Test
  void aRunThatShowsNothingSaysWhatIsMissing() {
    String page = HtmlReport.of(SampleReport.small());

    assertThat(page).contains("does not show what it should", "at least 20 connections");
  }

  @Test
  void aServiceIsShownWithItsIdsOnBothNodes() {
    String page = HtmlReport.of(SampleReport.cilium());

    assertThat(page)
        .contains("TCP, opened by the VM to a service (6)", "10.96.0.10:80 → 10.10.0.50:40019")
        .contains("<td>nodea</td>", "<td>5</td>", "<td>37</td>")
        .contains("<td>nodeb</td>", "<td>9</td>", "<td>52</td>");
    assertThat(HtmlReport.of(SampleReport.full())).doesNotContain("to a service");
  }

  @Test
  void anElementLeftOpenIsNoticed() {
    assertThatThrownBy(() -> new Html().open("p").finish()).hasMessageContaining("[p]");
  }

  private static int tags(String page) {
    Matcher matcher = TAG.matcher(page.substring(page.indexOf("</style>")));
    int count = 0;
    while (matcher.find()) {
      count++;
    }
    return count;
  }

  private static String hostile(Random random) {
    String[] parts = {
      "<b>",
      "</p>",
      "<!--",
      "-->",
      "\"",
      "'",
      "&",
      "]]>",
      "<svg onload=x>",
      "x",
      " ",
      "é",
      "\u0000",
      "</style>",
      "\ud83d",
      "<script>",
      "&lt;",
      "<"
    };
    StringBuilder text = new StringBuilder();
    int length = 1 + random.nextInt(8);
    for (int i = 0; i < length; i++) {
      text.append(parts[random.nextInt(parts.length)]);
    }
    return text.toString();
  }
}
