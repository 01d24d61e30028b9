/// How a decoder asks for memory beyond what it begins with: ``Limits/decoderMemoryStep`` bytes more, granted or not.
///
/// Whoever makes decoders answers for all of them together, and has back what one was granted when it is gone. A decoder
/// that is refused forgets the oldest of what it keeps, and goes on.
public typealias MemoryRequest = @Sendable () -> Bool
