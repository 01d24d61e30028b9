/// This build of geofenced.
public enum Release {
    /// As semver.org has it; the Makefile reads it from here for the package.
    public static let version = "0.1.0"
}
