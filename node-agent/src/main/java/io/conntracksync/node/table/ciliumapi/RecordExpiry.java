package io.conntracksync.node.table.ciliumapi;

import io.conntracksync.node.table.TableException;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nearest to a removal that the API has: the entry is imported over itself with no time left.
 * From then on it is in no export, and Cilium's next garbage collection takes it; until that comes,
 * within minutes as a rule, the datapath still honours it.
 */
final class RecordExpiry {
  private static final Logger LOG = LoggerFactory.getLogger(RecordExpiry.class);

  private final CiliumApi api;

  RecordExpiry(CiliumApi api) {
    this.api = api;
  }

  /** How many of these have no time left now, or were gone between two looks. */
  int expire(Collection<RecordKey> keys) throws TableException {
    Map<Inet4Address, Set<RecordKey>> byOwner =
        keys.stream().collect(Collectors.groupingBy(RecordKey::owner, Collectors.toSet()));
    int expired = 0;
    for (Map.Entry<Inet4Address, Set<RecordKey>> owned : byOwner.entrySet()) {
      expired += expire(owned.getKey(), owned.getValue());
    }
    return expired;
  }

  private int expire(Inet4Address owner, Set<RecordKey> keys) throws TableException {
    List<ApiRecord> present = api.export(owner);
    Set<RecordKey> doomed = living(present, keys);
    if (doomed.isEmpty()) {
      return 0;
    }
    api.importAll(request(present, doomed));
    Set<RecordKey> left = living(api.export(owner), doomed);
    if (!left.isEmpty()) {
      LOG.atWarn().addKeyValue("entries", left.size()).log("entries could not be expired");
    }
    return doomed.size() - left.size();
  }

  /** Services go along as they are: without them ids would be dropped, the entry with them. */
  private static List<ApiRecord> request(List<ApiRecord> present, Set<RecordKey> doomed) {
    List<ApiRecord> request = new ArrayList<>();
    for (ApiRecord record : present) {
      if (doomed.contains(record.key())) {
        request.add(record.expired());
      } else if (record.key().isService()) {
        request.add(record);
      }
    }
    return request;
  }

  private static Set<RecordKey> living(List<ApiRecord> present, Set<RecordKey> of) {
    Set<RecordKey> living = new HashSet<>();
    for (ApiRecord record : present) {
      // Within the unit in which it expired, an entry is still exported.
      if (of.contains(record.key()) && record.unitsLeft() != 0) {
        living.add(record.key());
      }
    }
    return living;
  }
}
