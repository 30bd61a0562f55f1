package io.conntracksync.node.kube;

import io.conntracksync.node.session.Conclusion;
import io.conntracksync.node.session.Endpoint;
import io.conntracksync.node.session.Sessions;
import io.conntracksync.node.session.SyncOrder;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Sessions that only write down what they are told. */
public final class RecordingSessions implements Sessions {
  private final List<String> calls = new CopyOnWriteArrayList<>();

  @Override
  public void assigned(SyncOrder order, Endpoint endpoint) {
    calls.add("assigned " + order.uid() + " " + endpoint.port());
  }

  @Override
  public void concluded(SyncOrder order, Conclusion conclusion) {
    calls.add("concluded " + order.uid() + " " + conclusion);
  }

  public List<String> calls() {
    return List.copyOf(calls);
  }
}
