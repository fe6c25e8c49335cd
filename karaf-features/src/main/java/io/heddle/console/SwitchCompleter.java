package io.heddle.console;

import io.heddle.model.Store;
import io.heddle.v1.LogicalSwitch;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Names of logical switches. */
@Service
public final class SwitchCompleter implements Completer {
  @Reference private Store store;

  @Override
  public int complete(Session session, CommandLine line, List<String> candidates) {
    var names = Rows.sorted(store.snapshot(), LogicalSwitch.class).stream().map(r -> r.name());
    return new StringsCompleter(names.toList()).complete(session, line, candidates);
  }
}
