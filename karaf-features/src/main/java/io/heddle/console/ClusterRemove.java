package io.heddle.console;

import io.heddle.model.Cluster;
import io.heddle.model.Store.UnavailableException;
import java.util.concurrent.ExecutionException;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;

/** {@code heddle:cluster-remove}. */
@Service
@Command(
    scope = "heddle",
    name = "cluster-remove",
    description = "Removes a member that is gone for good")
public final class ClusterRemove extends Order {
  @Argument(index = 0, name = "member", description = "Its name", required = true)
  private String name;

  @Override
  void carryOut(Session answering) throws Exception {
    try {
      part(Cluster.class).remove(name).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IllegalArgumentException
          || e.getCause() instanceof UnavailableException) {
        throw new IllegalArgumentException(e.getCause().getMessage(), e);
      }
      throw e;
    }
    answering.getConsole().printf("Removed member %s.%n", name);
  }
}
