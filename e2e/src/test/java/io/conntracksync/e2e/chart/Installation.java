package io.conntracksync.e2e.chart;

import io.conntracksync.e2e.controlplane.Chart;
import io.conntracksync.e2e.controlplane.ControlPlane;
import io.conntracksync.e2e.process.Command;
import java.util.ArrayList;
import java.util.List;

/** The one installation of the chart in a control plane, by helm with an administrator's rights. */
record Installation(Chart chart, ControlPlane controlPlane) {
  /** {@code helm install} with these further flags; returns what it printed. */
  String install(String... flags) {
    return helm("install", flags, chart.archive().toString(), "--create-namespace").run();
  }

  void upgrade(String... flags) {
    helm("upgrade", flags, chart.archive().toString()).run();
  }

  void rollback(int revision) {
    helm("rollback", new String[0], Integer.toString(revision)).run();
  }

  String history() {
    return helm("history", new String[0]).run();
  }

  /** Returns when the objects are gone that go with their owners. */
  void uninstall(String... flags) {
    helm("uninstall", flags, "--wait").run();
  }

  private Command helm(String verb, String[] flags, String... arguments) {
    List<String> words = new ArrayList<>(List.of(verb, Chart.RELEASE));
    words.addAll(List.of(arguments));
    words.addAll(List.of("--namespace", ControlPlane.SYSTEM_NAMESPACE));
    words.addAll(List.of("--kubeconfig", controlPlane.kubeconfig().toString()));
    words.addAll(List.of(flags));
    return Chart.helm(words.toArray(String[]::new));
  }
}
