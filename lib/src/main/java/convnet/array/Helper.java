package convnet.array;

import java.util.concurrent.locks.LockSupport;

/**
 * A thread that waits for pieces of work. To wake a sleeping thread takes as long as a small matrix
 * product, so it looks out for the next piece for a while before it goes to sleep.
 */
final class Helper extends Thread {
  private static final long PATIENCE_NANOS = 100_000;
  private static final Runnable STOP = () -> {};

  private volatile Runnable work;
  private Throwable thrown; // written before work becomes null, read after

  Helper(int number) {
    super("convnet-" + number);
    setDaemon(true);
  }

  /** Hands over a piece of work; the last one must have been waited for. */
  void begin(Runnable piece) {
    work = piece;
    LockSupport.unpark(this);
  }

  /** Waits until the piece is done. */
  void await() {
    for (long start = System.nanoTime(); work != null; ) {
      if (System.nanoTime() - start < PATIENCE_NANOS) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
  }

  /** Throws what the last piece threw, if it did. */
  void rethrow() {
    if (thrown instanceof RuntimeException e) {
      throw e;
    }
    if (thrown instanceof Error e) {
      throw e;
    }
  }

  /** Ends the thread, which must be at no piece. */
  void end() {
    begin(STOP);
  }

  @Override
  public void run() {
    while (true) {
      long start = System.nanoTime();
      Runnable piece = work;
      while (piece == null) {
        if (System.nanoTime() - start < PATIENCE_NANOS) {
          Thread.onSpinWait();
        } else {
          LockSupport.park(this);
        }
        piece = work;
      }
      if (piece == STOP) {
        return;
      }
      thrown = null;
      try {
        piece.run();
      } catch (RuntimeException | Error e) {
        thrown = e;
      }
      work = null;
    }
  }
}
