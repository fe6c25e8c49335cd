package io.heddle.console;

import io.heddle.model.Kind;
import io.heddle.model.Row;
import io.heddle.model.Schema;
import io.heddle.model.Store;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.osgi.framework.BundleContext;

/** Names of rows of the kind that stands before. */
@Service
public final class NameCompleter implements Completer {
  @Reference private BundleContext context;

  @Override
  public int complete(Session session, CommandLine line, List<String> candidates) {
    int place = line.getCursorArgumentIndex();
    if (place < 1) {
      return -1;
    }
    return Schema.rows()
        .kind(line.getArguments()[place - 1])
        .flatMap(kind -> Offered.find(context, Store.class).map(store -> names(kind, store)))
        .map(names -> new StringsCompleter(names).complete(session, line, candidates))
        .orElse(-1);
  }

  private static List<String> names(Kind kind, Store store) {
    return Rows.sorted(store.snapshot(), kind.type()).stream().map(Row::name).toList();
  }
}
