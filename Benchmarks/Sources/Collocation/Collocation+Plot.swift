import Foundation
import Inference
import Measures

extension Collocation {
  /// CPU seconds of `solve` and of the matrix products against the size of the grid, on logarithmic scales.
  func draw(_ growth: [Growth]) throws {
    var layers: [Plot.Layer] = []
    for dimensions in [2, 3] {
      let rows = growth.filter { $0.grid.count == dimensions }
      let x = rows.map { log10(Double($0.grid.reduce(1, *))) }
      for (name, seconds) in [("solve", rows.map(\.seconds)), ("products", rows.map(\.floor))] {
        layers.append(
          Plot.Layer(
            .line(x: x, y: seconds.map(log10)), name: "\(name), \(dimensions)D", ink: .series(layers.count)))
      }
    }
    let plot = Plot(
      title: "Poisson's equation", x: Plot.Axis("log10 of points"), y: Plot.Axis("log10 of CPU seconds"),
      layers: layers)
    try plot.write(to: output)
  }
}
