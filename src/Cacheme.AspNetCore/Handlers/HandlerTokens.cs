using Cacheme.AspNetCore.Binding;

namespace Cacheme.AspNetCore.Handlers;

/// <summary>The places in which a handler finds its request's cancellation token.</summary>
internal sealed class HandlerTokens
{
    private readonly HandlerParameter[] _parameters;

    public HandlerTokens(IEnumerable<HandlerParameter> parameters, Refusal refusal)
    {
        _parameters = [.. parameters.Where(parameter => parameter.Kind == HandlerParameterKind.Token)];
        if (_parameters.FirstOrDefault(parameter => parameter.Member is { CanWrite: false }) is { } fixedToken)
        {
            throw refusal.Because(
                $"the token '{fixedToken.Name}' of '{fixedToken.ArgumentName}' cannot be replaced by the load's. Give the property an init, or take the token as a parameter.");
        }
    }

    public void Set(HandlerCall call, CancellationToken cancellationToken)
    {
        call.Http.RequestAborted = cancellationToken;
        foreach (var parameter in _parameters)
        {
            call.SetArgument(parameter, parameter.Member is null ? cancellationToken : With(call.Argument(parameter), parameter, cancellationToken));
        }
    }

    private static object? With(object? argument, HandlerParameter parameter, CancellationToken cancellationToken)
    {
        parameter.Member?.SetValue(argument, cancellationToken);
        return argument; // put back by the caller: a struct was boxed
    }
}
