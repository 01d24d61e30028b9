import ArgumentParser
import Daemon
import Geometry
import Glibc
import Ingest
import Platform
import Store

/// The exit codes of sysexits.h that this command uses.
enum ExitStatus: Int32 {
    case data = 65
    case noInput = 66
    case unavailable = 69
    case io = 74
    case configuration = 78
}

/// Prints what went wrong, a line each, and ends the command.
func fail(_ status: ExitStatus, _ message: String) -> ExitCode {
    Console.error(message)
    return ExitCode(status.rawValue)
}

/// Runs a subcommand's work: every error of the rooms below becomes its line and its exit code.
func reporting(_ work: () throws -> Void) throws {
    do { try work() } catch { throw exitStatus(of: error) }
}

func exitStatus(of error: any Error) -> any Error {
    switch error {
    case let error as ConfigurationErrors: fail(.configuration, error.description)
    case let error as HandOverError: fail(.configuration, error.description)
    case let error as InputError:
        switch error.category {
        case .noInput: fail(.noInput, error.description)
        case .data: fail(.data, error.description)
        case .io: fail(.io, error.description)
        }
    case let error as StoreError:
        switch error {
        case .missing, .notPermitted, .asleep: fail(.noInput, error.description)
        case .inUse, .eventFileInUse: fail(.unavailable, error.description)
        case .eventFileNoFile: fail(.configuration, error.description)
        // No retry mends these: the file itself is another than it should be.
        case .newer, .older, .notAStore, .snapshot, .fleet, .eventFileAhead, .readerAhead,
            .eventFileForeign:
            fail(.data, error.description)
        case .cannotOpen, .damaged, .marked: fail(.io, error.description)
        }
    case let error as ConsumerError: fail(.data, error.description)
    case let error as BackupError:
        switch error {
        case .exists, .unfinished: fail(.io, error.description)
        case .damaged: fail(.data, error.description)
        }
    case let error as SourceError: fail(.unavailable, error.description)
    case let error as StatusError: fail(.unavailable, error.description)
    case let error as PipelineError: fail(.io, error.description)
    // Whoever read the output has gone, and knows that: a signal of it (SIGPIPE) may be ignored in this process.
    case let error as SystemError where error.errno == EPIPE: ExitCode.success
    case let error as SystemError: fail(.io, error.description)
    case let error as DaemonError: fail(.io, error.description)
    case is ExitCode, is ValidationError, is CleanExit: error
    default: fail(.io, "\(error)")
    }
}
