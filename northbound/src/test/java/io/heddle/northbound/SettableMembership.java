package io.heddle.northbound;

import io.heddle.model.Membership;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** What one member sees of others that need not be there. */
public final class SettableMembership implements Membership {
  private final List<Consumer<View>> listeners = new CopyOnWriteArrayList<>();
  private volatile View view;

  public SettableMembership(View view) {
    this.view = view;
  }

  /** Tells the listeners, one after the other. */
  public void set(View now) {
    view = now;
    listeners.forEach(listener -> listener.accept(now));
  }

  @Override
  public UUID cluster() {
    return new UUID(3, 4);
  }

  @Override
  public View view() {
    return view;
  }

  @Override
  public Subscription subscribe(Consumer<View> listener) {
    var from = view;
    listeners.add(listener);
    return new Subscription() {
      @Override
      public View from() {
        return from;
      }

      @Override
      public void close() {
        listeners.remove(listener);
      }
    };
  }
}
