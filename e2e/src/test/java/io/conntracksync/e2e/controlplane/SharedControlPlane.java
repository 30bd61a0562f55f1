package io.conntracksync.e2e.controlplane;

import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One control plane, with the project's API installed, for all test classes that ask for it; it
 * ends with the last. Each test keeps to names of its own.
 */
public final class SharedControlPlane implements ParameterResolver {
  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext extension) {
    return parameter.getParameter().getType() == ControlPlane.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext extension) {
    return extension
        .getRoot()
        .getStore(ExtensionContext.Namespace.create(SharedControlPlane.class))
        .computeIfAbsent(ControlPlane.class, type -> start(), ControlPlane.class);
  }

  private static ControlPlane start() {
    ControlPlane controlPlane =
        ControlPlane.start(Path.of("target/control-plane"), Place.loopback());
    controlPlane.installApi();
    return controlPlane;
  }
}
