package io.heddle.console;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.CommandException;
import org.osgi.framework.BundleContext;

/** A command. What was wrong with its arguments is said in a line, without a stack trace. */
abstract class Order implements Action {
  @Reference private Session session;
  @Reference private BundleContext context;

  /**
   * What another part offers.
   *
   * @throws IllegalArgumentException where it is not there
   */
  final <T> T part(Class<T> type) {
    return Offered.find(context, type)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Heddle's part for this is not there (%s); heddle:status tells more."
                        .formatted(type.getSimpleName())));
  }

  final BundleContext context() {
    return context;
  }

  /**
   * @throws IllegalArgumentException where it cannot be done as asked; the message is for people
   */
  abstract void carryOut(Session answering) throws Exception;

  @Override
  public final Object execute() throws Exception {
    try {
      carryOut(session);
    } catch (IllegalArgumentException e) {
      var message = Sheet.lines(String.valueOf(e.getMessage()));
      throw new CommandException(message, message, e);
    }
    session.getConsole().flush();
    return null;
  }
}
