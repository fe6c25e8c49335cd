package io.heddle.neighbour;

import inet.ipaddr.mac.MACAddress;
import io.heddle.compiler.Neighbourhood.Neighbour;
import io.heddle.model.Edit;
import io.heddle.model.Outcome;
import io.heddle.model.Snapshot;
import io.heddle.model.Store;
import io.heddle.v1.MacBinding;
import io.heddle.v1.Operation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down what was learned, one commit at a time and of each neighbour the newest. What could
 * not be written is written again.
 */
final class Ledger {
  private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

  private final Store store;
  private final Map<Neighbour, Optional<Long>> unwritten = new LinkedHashMap<>();
  private boolean writing;

  Ledger(Store store) {
    this.store = store;
  }

  /**
   * @param mac empty where none is known any more
   */
  synchronized void write(Neighbour neighbour, Optional<Long> mac) {
    unwritten.put(neighbour, mac);
  }

  void flush() {
    var batch = take();
    if (!batch.isEmpty()) {
      commit(batch);
    }
  }

  private synchronized Map<Neighbour, Optional<Long>> take() {
    var batch = new LinkedHashMap<Neighbour, Optional<Long>>();
    if (!writing) {
      unwritten.entrySet().stream()
          .limit(Limits.EDITS_PER_COMMIT)
          .forEach(e -> batch.put(e.getKey(), e.getValue()));
      unwritten.keySet().removeAll(batch.keySet());
      writing = !batch.isEmpty();
    }
    return batch;
  }

  private void commit(Map<Neighbour, Optional<Long>> batch) {
    var edits = new ArrayList<Operation>();
    var snapshot = store.snapshot();
    batch.forEach((neighbour, mac) -> edit(snapshot, neighbour, mac).ifPresent(edits::add));
    store.commit(Edit.observation(edits)).whenComplete((outcome, fault) -> done(batch, outcome));
  }

  /** No outcome: the store could not tell. */
  private synchronized void done(Map<Neighbour, Optional<Long>> batch, Outcome outcome) {
    writing = false;
    if (outcome == null) {
      batch.forEach(unwritten::putIfAbsent);
    } else if (outcome instanceof Outcome.Refused refused) {
      // The packets that it was learned for went out; the next ones make it be learned again.
      LOG.warn("{} MAC bindings were not written: {}", batch.size(), refused);
    }
  }

  private static Optional<Operation> edit(
      Snapshot snapshot, Neighbour neighbour, Optional<Long> mac) {
    var ip = Links.address(neighbour.ip()).toCanonicalString();
    var row = MacBinding.newBuilder().setLogicalPort(neighbour.routerPort()).setIp(ip);
    var key = neighbour.routerPort() + "," + ip;
    var known = snapshot.index(MacBinding.class, "logical_port,ip", key).stream().findFirst();
    if (mac.isEmpty()) {
      return known.map(uuid -> Edit.delete(MacBinding.class, uuid));
    }
    row.setMac(new MACAddress(mac.get()).toColonDelimitedString());
    return Optional.of(
        known
            .map(uuid -> Edit.update(uuid, row.build(), "mac"))
            .orElseGet(() -> Edit.put(row.build())));
  }

  /** What waits to be written. */
  synchronized List<Neighbour> unwritten() {
    return List.copyOf(unwritten.keySet());
  }
}
