"""What the ports stand for: clocks, stores, files. One module per port and technology; `bootstrap` alone names them."""
