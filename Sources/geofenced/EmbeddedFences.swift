import Daemon
import Geometry
import Glibc
import Platform

/// The repository's folder `Fences`, inside the binary: what `demo` and `simulate` use.
enum EmbeddedFences {
    private static let files = [
        FenceFile(name: "customers.geojson", bytes: PackageResources.customers_geojson),
        FenceFile(name: "logistics.geojson", bytes: PackageResources.logistics_geojson),
        FenceFile(name: "offices.geojson", bytes: PackageResources.offices_geojson),
        FenceFile(name: "zones.geojson", bytes: PackageResources.zones_geojson),
    ]

    static func catalogue() throws -> FenceCatalogue { try FenceCatalogue.load(files) }

    /// Makes the folder with the files in it, as a user would have them.
    static func write(to folder: String) throws {
        try checked("mkdir", "cannot make the folder \(folder)") { unsafe mkdir(folder, 0o750) }
        for file in files {
            let output = try Output(path: "\(folder)/\(file.name)")
            try output.write(file.bytes)
            try output.flush()
        }
    }
}
