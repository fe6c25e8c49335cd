package io.heddle.console;

import io.heddle.model.Kind;
import io.heddle.model.Schema;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Kinds of row that people may write. */
@Service
public final class KindCompleter implements Completer {
  @Override
  public int complete(Session session, CommandLine line, List<String> candidates) {
    var kinds = Schema.rows().kinds().stream().filter(k -> !k.observed()).map(Kind::name);
    return new StringsCompleter(kinds.toList()).complete(session, line, candidates);
  }
}
