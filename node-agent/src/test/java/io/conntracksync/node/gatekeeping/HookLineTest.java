package io.conntracksync.node.gatekeeping;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HookLineTest {
  private static final String UUID = "5f0f3a52-7f8a-4d0e-9d6f-1c2b3a4d5e6f";

  @Test
  void theThreeQuestions() {
    assertThat(HookLine.parse(utf8("incoming ns_vm " + UUID)))
        .contains(new HookQuestion.Incoming("ns_vm", UUID));
    assertThat(HookLine.parse(utf8("wait ns_vm " + UUID)))
        .contains(new HookQuestion.Wait("ns_vm", UUID));
    assertThat(HookLine.parse(utf8("wait"))).contains(new HookQuestion.WaitForOnly());
  }

  @Test
  void aDomainNameMayHoldBlanks() {
    assertThat(HookLine.parse(utf8("wait my own vm " + UUID)))
        .contains(new HookQuestion.Wait("my own vm", UUID));
  }

  @Test
  void aHookThatWasGivenNoXmlSaysADashForTheUuid() {
    assertThat(HookLine.parse(utf8("incoming ns_vm -")))
        .contains(new HookQuestion.Incoming("ns_vm", "-"));
    assertThat(HookLine.parse(utf8("wait ns_vm -"))).contains(new HookQuestion.Wait("ns_vm", "-"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "wait ",
        "WAIT",
        "wait vm",
        "wait  " + UUID,
        "wait " + UUID,
        "pause vm " + UUID,
        "incoming",
        "incoming vm 1234",
        "wait v\tm " + UUID,
        "wait vm --",
        "wait -",
        "wait vm " + UUID + " ",
        "wait vm " + UUID + "0"
      })
  void nothingElseIsAQuestion(String line) {
    assertThat(HookLine.parse(utf8(line))).isEmpty();
  }

  @Test
  void anyBytesAreAQuestionOrNone() {
    Random random = new Random(3);
    for (int i = 0; i < 2000; i++) {
      byte[] line = new byte[random.nextInt(Line.MAX_BYTES)];
      random.nextBytes(line);
      assertThat(HookLine.parse(line)).isEmpty();
    }
  }

  @Test
  void theAnswers() {
    assertThat(HookLine.heard()).isEqualTo(utf8("ok\n"));
    assertThat(HookLine.answer(new HookAnswer.Ok("Imported"))).isEqualTo(utf8("ok Imported\n"));
    assertThat(HookLine.answer(new HookAnswer.Abort("two\nlines")))
        .isEqualTo(utf8("abort two lines\n"));
  }

  @Test
  void aLongReasonIsOneLineNevertheless() {
    byte[] line = HookLine.answer(new HookAnswer.Abort("€".repeat(1000)));

    assertThat(line.length).isLessThanOrEqualTo(Line.MAX_BYTES);
    assertThat(new String(line, StandardCharsets.UTF_8)).matches("abort €+\n");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
