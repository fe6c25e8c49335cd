package io.heddle.it.ovn;

import io.heddle.it.lab.Command;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** OVN's own ovn-northd, which answers in a northbound database; there are no hosts. */
final class Northd implements AutoCloseable {
  private final ReferenceDatabase southbound;
  private final Process process;

  Northd(Path folder, ReferenceDatabase northbound) {
    this.southbound = ReferenceDatabase.southbound(folder);
    this.process =
        Command.start(
            List.of(
                "ovn-northd",
                "--no-chdir",
                "--unixctl=" + folder.resolve("northd.ctl"),
                "--ovnnb-db=tcp:127.0.0.1:" + northbound.port(),
                "--ovnsb-db=tcp:127.0.0.1:" + southbound.port()),
            Map.of(),
            Redirect.to(folder.resolve("northd.log").toFile()));
  }

  @Override
  public void close() {
    process.destroyForcibly();
    southbound.close();
  }
}
