package convnet.train;

/** Which loss a training writes down for each update; both are of the update's own batch. */
public enum RecordedLoss {
  /**
   * As in segavvy's memo: computed again with the new parameters, at the price of a second forward.
   */
  AFTER_UPDATE,
  /** As frameworks do: the one that the gradient came from, before the update. Costs nothing. */
  FORWARD_PASS
}
