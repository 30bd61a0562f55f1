package io.conntracksync.node.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.conntracksync.node.Guide;
import io.conntracksync.node.session.Finding.Verdict;
import io.conntracksync.node.session.HookVerdict.Because;
import io.conntracksync.node.table.RefusalReason;
import io.conntracksync.node.table.TableFault;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Who meets a reason in a condition, a refusal or a hook's answer finds it in the guide. */
class OperationsGuideTest {
  private static final Endpoint ENDPOINT = new Endpoint(InetAddress.getLoopbackAddress(), 28152);

  /** Something of each type that a finding is made from; variants that lead to another reason. */
  private static final Map<Class<?>, List<Object>> SAMPLES =
      Map.of(
          Endpoint.class, List.of(ENDPOINT),
          String.class, List.of("cause"),
          TableFault.class, List.of((Object[]) TableFault.values()),
          int.class, List.of(1),
          long.class, List.of(1L),
          EntryLimit.class,
              List.of(
                  new EntryLimit(1, EntryLimit.Of.ONE_SYNC),
                  new EntryLimit(2, EntryLimit.Of.ALL_SYNCS)),
          Finding.class, List.of(new Finding(Verdict.NOT_YET, "Connecting", "")),
          SourceRound.class,
              List.of(
                  new SourceRound(
                      1, 1, Map.of(), 0, Optional.empty(), new Acknowledgement(1, Map.of()))),
          SourceCourse.class,
              List.of(new SourceCourse(ENDPOINT, 1, 100, SourceTotals.NONE, OptionalLong.empty())),
          TargetCounts.class,
              List.of(
                  TargetCounts.NONE,
                  new TargetCounts(1, 0, 1, 0, Map.of(RefusalReason.TABLE_FULL, 1L))));

  @Test
  void everyReasonOfExportedStandsInTheGuideAndNoOther() throws Exception {
    assertThat(conditions("## The condition Exported")).isEqualTo(made(SourceFindings.class));
  }

  @Test
  void everyReasonOfImportedStandsInTheGuideAndNoOther() throws Exception {
    assertThat(conditions("## The condition Imported")).isEqualTo(made(TargetFindings.class));
  }

  @Test
  void everyReasonOfARefusedEntryStandsInTheGuideAndNoOther() throws IOException {
    assertThat(Guide.section(Guide.OPERATIONS, "## Entries that are refused").namesInColumn(0))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(RefusalReason.values()).map(RefusalReason::text).toList());
  }

  @Test
  void everyAnswerToAHookStandsInTheGuide() throws IOException {
    assertThat(Guide.section(Guide.OPERATIONS, "## What the hook is told").namesInColumn(1))
        .containsAll(
            Arrays.stream(Because.values()).map(because -> "ok " + because.text()).toList());
  }

  /** Reason to status, as the table has them. */
  private static Map<String, String> conditions(String heading) throws IOException {
    Map<String, String> conditions = new HashMap<>();
    for (List<String> cells : Guide.section(Guide.OPERATIONS, heading).rows()) {
      Guide.names(cells.get(1)).forEach(reason -> conditions.put(reason, cells.get(0)));
    }
    return conditions;
  }

  /** Reason to status, of all findings that this class can make. */
  private static Map<String, String> made(Class<?> findings) throws ReflectiveOperationException {
    Map<String, String> made = new HashMap<>();
    for (Method method : findings.getDeclaredMethods()) {
      if (method.getReturnType() == Finding.class) {
        for (int variant = 0; variant < variants(method); variant++) {
          Finding finding = (Finding) Objects.requireNonNull(make(method, variant));
          made.put(finding.reason(), status(finding.verdict()));
        }
      }
    }
    return made;
  }

  private static Object make(Method method, int variant) throws ReflectiveOperationException {
    Object[] arguments =
        Arrays.stream(method.getParameterTypes())
            .map(OperationsGuideTest::samples)
            .map(samples -> samples.get(variant % samples.size()))
            .toArray();
    return method.invoke(null, arguments);
  }

  private static int variants(Method method) {
    Set<Integer> sizes = new TreeSet<>(Set.of(1));
    Arrays.stream(method.getParameterTypes()).forEach(type -> sizes.add(samples(type).size()));
    return sizes.stream().max(Integer::compare).orElseThrow();
  }

  private static List<Object> samples(Class<?> type) {
    return Objects.requireNonNull(SAMPLES.get(type), () -> "add a sample of " + type);
  }

  private static String status(Verdict verdict) {
    return switch (verdict) {
      case YES -> "True";
      case NO -> "False";
      case NOT_YET -> "Unknown";
    };
  }
}
