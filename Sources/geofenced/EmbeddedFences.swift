import Daemon
import Geometry

/// The repository's folder `Fences`, inside the binary: what `demo` and `simulate` use where no other is given.
enum EmbeddedFences {
    static func catalogue() throws -> FenceCatalogue {
        try FenceCatalogue.load([
            FenceFile(name: "customers.geojson", bytes: PackageResources.customers_geojson),
            FenceFile(name: "logistics.geojson", bytes: PackageResources.logistics_geojson),
            FenceFile(name: "offices.geojson", bytes: PackageResources.offices_geojson),
            FenceFile(name: "zones.geojson", bytes: PackageResources.zones_geojson),
        ])
    }
}
