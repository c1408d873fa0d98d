/**
 * What the notebooks' kernel does beyond IJava, on top of its classes: variables survive a later
 * import or declaration, an error ends the queue of cells, Stop stops, old values make room, and
 * Shift+Tab shows this library's Javadoc. The notebooks also run on IJava as it is.
 */
package convnet.jupyter;
