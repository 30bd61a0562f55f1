package io.conntracksync.e2e.demo;

import io.conntracksync.e2e.bed.Datapath;
import io.conntracksync.e2e.product.Build;
import io.conntracksync.e2e.report.ProgressView;
import io.conntracksync.e2e.report.Report;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The demo as a program. Ends with 0 when it showed what it promises, with 1 otherwise. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Migrates a VM without and with ConntrackSync, and compares.")
public final class Main implements Callable<Integer> {
  @Option(
      names = "--connections",
      defaultValue = "24",
      description = "TCP connections, half of them opened by the VM (${DEFAULT-VALUE}).")
  private int connections;

  @Option(
      names = "--streams",
      defaultValue = "4",
      description = "UDP streams that peers push to the VM (${DEFAULT-VALUE}).")
  private int streams;

  @Option(
      names = "--datapath",
      defaultValue = "netfilter",
      converter = DatapathConverter.class,
      description =
          "Where the nodes have their connections (${DEFAULT-VALUE}): netfilter, cilium-bpf or"
              + " cilium-api.")
  private Datapath datapath;

  @Option(
      names = "--output",
      defaultValue = "target/demo",
      description = "Folder for report.json and report.html (${DEFAULT-VALUE}).")
  private Path output;

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Main()).execute(arguments));
  }

  /** By the names that agents and Makefile use. */
  static final class DatapathConverter implements CommandLine.ITypeConverter<Datapath> {
    @Override
    public Datapath convert(String text) {
      try {
        return Datapath.of(text);
      } catch (IllegalArgumentException e) {
        throw new CommandLine.TypeConversionException(e.getMessage());
      }
    }
  }

  @Override
  public Integer call() {
    ProgressView view = ProgressView.on(System.out, System.getenv());
    DemoSettings settings = new DemoSettings(connections, streams, datapath, output);
    Report report = new Demo(Build.ofThisCheckout(), settings, view).run();
    return report.acceptance().met() ? 0 : 1;
  }
}
