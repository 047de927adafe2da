namespace Cacheme.AspNetCore.Binding;

/// <summary>Where a handler's parameter comes from.</summary>
internal enum HandlerParameterKind
{
    /// <summary>The application: the same whatever was asked.</summary>
    Service,

    /// <summary>The request's cancellation token, which the flight's replaces.</summary>
    Token,

    /// <summary>The request: another value may be another answer.</summary>
    Request,
}
