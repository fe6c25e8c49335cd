package io.heddle.northbound.raft;

import io.heddle.model.Edition;
import io.heddle.northbound.raft.Charter.Stage;
import io.heddle.northbound.raft.StoreOpenException.Reason;
import io.heddle.northbound.raft.message.Sign;
import java.io.IOException;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits until this member may take part in Raft, as {@link Founding} says. */
final class Admission {
  private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

  private final StoreSettings settings;
  private final DataFolder folder;
  private final Peers peers;
  private final Founding founding;
  private volatile Optional<Charter> charter;
  private String waitsFor = "";

  Admission(StoreSettings settings, DataFolder folder, Peers peers) throws IOException {
    this.settings = settings;
    this.folder = folder;
    this.peers = peers;
    var all = new TreeSet<>(settings.peers().keySet());
    all.add(settings.member());
    this.founding = new Founding(settings.member(), all);
    this.charter = Charter.read(folder.path());
    if (charter.isEmpty() && folder.hasLog()) {
      adopt();
    }
    peers.rollCall().tell(() -> charter.map(this::sign).orElse(peers.sign()).build());
  }

  private Sign.Builder sign(Charter of) {
    return peers
        .sign()
        .setCluster(of.cluster().toString())
        .setFounded(of.founded())
        .setClusterVersion(folder.format());
  }

  /** What was written before there were clusters is that of a single member. */
  private void adopt() throws IOException {
    if (!settings.peers().isEmpty()) {
      throw new StoreOpenException(
          Reason.OTHER_CLUSTER,
          "The data folder %s holds data of a single member, not of a cluster."
              .formatted(folder.path()));
    }
    write(new Charter(UUID.randomUUID(), Stage.FOUNDED));
  }

  /**
   * Returns the cluster once this member may take part.
   *
   * @return joining where it must first fetch everything; then its folder holds no log
   * @throws StoreOpenException where it may not, or nothing changed for longer than the settings
   *     have patience
   */
  Charter await() throws IOException, InterruptedException {
    long since = System.nanoTime();
    while (true) {
      peers.rollCall().call(founding.all());
      peers.rollCall().signs().values().forEach(this::check);
      var step = founding.next(charter, peers.rollCall().signs(), UUID::randomUUID);
      if (step instanceof Founding.Write next) {
        write(next.charter());
        since = System.nanoTime();
        continue;
      } else if (step instanceof Founding.Start) {
        return charter.orElseThrow();
      } else if (step instanceof Founding.Join join) {
        LOG.info("This member joins cluster {}", join.cluster());
        write(new Charter(join.cluster(), Stage.JOINING));
        folder.clearLog();
        return charter.orElseThrow();
      } else if (step instanceof Founding.Refuse refuse) {
        throw new StoreOpenException(
            Reason.OTHER_CLUSTER,
            "Member %s with the data in %s has no part in the cluster: %s."
                .formatted(settings.member(), folder.path(), refuse.why()));
      } else if (step instanceof Founding.Wait wait) {
        await(wait, since);
      }
    }
  }

  /** Members that do not do the same with the same log must not have one. */
  private void check(Sign sign) {
    var edition = settings.edition();
    edition
        .refuses(Math.max(1, sign.getClusterVersion()))
        .or(() -> edition.refuses(new Edition(sign.getVersion(), sign.getSchema())))
        .ifPresent(
            why -> {
              throw new StoreOpenException(
                  Reason.OTHER_FORMAT,
                  "Member %s has no part in the cluster of %s: %s."
                      .formatted(settings.member(), sign.getMember(), why));
            });
  }

  private void await(Founding.Wait wait, long since) throws InterruptedException {
    if (!wait.why().equals(waitsFor)) {
      waitsFor = wait.why();
      LOG.info("This member waits: {}", waitsFor);
    }
    if (System.nanoTime() - since > settings.openTimeout().toNanos()) {
      throw new StoreOpenException(
          Reason.TIMEOUT,
          "The store in "
              + settings.data()
              + " is not ready after "
              + settings.openTimeout().toSeconds()
              + " s: "
              + wait.why()
              + ".");
    }
    Thread.sleep(settings.heartbeat().toMillis());
  }

  /** This member has all that it missed, and a vote. */
  Charter joined() throws IOException {
    var joined = new Charter(charter.orElseThrow().cluster(), Stage.FOUNDED);
    write(joined);
    return joined;
  }

  private void write(Charter next) throws IOException {
    next.write(folder.path());
    charter = Optional.of(next);
  }
}
