package io.heddle.console;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.CommandException;

/** A command. What was wrong with its arguments is said in a line, without a stack trace. */
abstract class Order implements Action {
  @Reference private Session session;

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
