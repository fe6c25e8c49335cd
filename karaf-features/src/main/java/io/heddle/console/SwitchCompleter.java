package io.heddle.console;

import io.heddle.model.Row;
import io.heddle.model.Store;
import io.heddle.v1.LogicalSwitch;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.osgi.framework.BundleContext;

/** Names of logical switches. */
@Service
public final class SwitchCompleter implements Completer {
  @Reference private BundleContext context;

  @Override
  public int complete(Session session, CommandLine line, List<String> candidates) {
    return Offered.find(context, Store.class)
        .map(store -> Rows.sorted(store.snapshot(), LogicalSwitch.class).stream().map(Row::name))
        .map(names -> new StringsCompleter(names.toList()).complete(session, line, candidates))
        .orElse(-1);
  }
}
